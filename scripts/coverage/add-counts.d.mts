export interface Place {
  readonly line: number;
  readonly column: number | null;
}
export interface Location {
  readonly start: Place;
  readonly end: Place;
}
/** In the format of istanbul. */
export interface FileCoverage {
  readonly statementMap: Readonly<Record<string, Location>>;
  readonly fnMap: Readonly<Record<string, { readonly decl: Location; readonly loc: Location }>>;
  readonly branchMap: Readonly<
    Record<string, { readonly type: string; readonly loc: Location; readonly locations: readonly object[] }>
  >;
  readonly s: Record<string, number>;
  readonly f: Record<string, number>;
  readonly b: Record<string, number[]>;
}
export interface BundledScript {
  readonly name: string;
  readonly text: string;
  readonly bundled: string;
  readonly map: object;
}
export declare function addCounts(
  coverage: Readonly<Record<string, FileCoverage>>,
  scripts: readonly BundledScript[],
  countAt: (name: string, offset: number) => number,
): void;
