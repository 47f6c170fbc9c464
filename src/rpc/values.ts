/**
 * The values that travel over XML-RPC, in each direction.
 *
 * @module
 */

/** A value in an answer. Numbers are ints where they are whole, doubles elsewhere. */
export type RpcValue = string | number | boolean | RpcStruct | readonly RpcValue[] | RenderedValue;

/** A struct in an answer; its members are written in the order of its keys. */
export interface RpcStruct {
  readonly [member: string]: RpcValue;
}

/** A value whose XML is already there, from `<value>` to `</value>` and a line end. */
export class RenderedValue {
  readonly xml: string;

  constructor(xml: string) {
    this.xml = xml;
  }
}

/** A value in a request; `null` is `<nil/>`. */
export type RpcParameter =
  | string
  | number
  | boolean
  | null
  | Date
  | readonly RpcParameter[]
  | { readonly [member: string]: RpcParameter };
