export interface BuiltPage {
  readonly entry: { readonly script: string; readonly style: string };
  readonly files: Readonly<
    Record<string, { readonly type: string; readonly etag: string; readonly gzip: string }>
  >;
}

export function bundlePage(root: string): Promise<BuiltPage>;
export function pageConstants(page: BuiltPage): Readonly<Record<string, string>>;
export function pageFile(root: string): string;
