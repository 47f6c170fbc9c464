/**
 * The values that travel over XML-RPC, in each direction.
 *
 * @module
 */

/** A value in an answer. Numbers are ints where they are whole, doubles elsewhere. */
export type RpcValue = string | number | boolean | Double | RpcStruct | readonly RpcValue[] | RenderedValue;

/** A struct in an answer; its members are written in the order of its keys. */
export interface RpcStruct {
  readonly [member: string]: RpcValue;
}

/** A number that is a double also where it is whole: an int has 32 bits. */
export class Double {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }

  toJSON(): number {
    return this.value;
  }
}

const nothing = (): void => {};
const HOLDS_NOTHING = (): (() => void) => nothing;

/** A value that is rendered already, from `<value>` to `</value>` and a line end. */
export class RenderedValue {
  readonly #xml: string | (() => string);
  readonly #plain: () => RpcValue;
  /** The whole answer with the value, where it is rendered already. */
  readonly response: Buffer | null;
  readonly #hold: () => () => void;

  /**
   * @param plain makes the value itself, for clients that do not read XML
   * @param hold see the method
   */
  constructor(
    xml: string | (() => string),
    plain: () => RpcValue,
    response: Buffer | null = null,
    hold: () => () => void = HOLDS_NOTHING,
  ) {
    this.#xml = xml;
    this.#plain = plain;
    this.response = response;
    this.#hold = hold;
  }

  /** The bytes of `response` stay as they are until the function that is returned is called, once. */
  hold(): () => void {
    return this.#hold();
  }

  /** For `JSON.stringify`. */
  toJSON(): RpcValue {
    return this.#plain();
  }

  get xml(): string {
    return typeof this.#xml === 'string' ? this.#xml : this.#xml();
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

/** A request. */
export interface MethodCall {
  readonly method: string;
  readonly parameters: readonly RpcParameter[];
}
