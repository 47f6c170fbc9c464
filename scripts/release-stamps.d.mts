export declare function isVersion(text: string): boolean;
export declare function isNewer(version: string, other: string): boolean;
export declare function stampVersion(text: string, version: string): string;
export declare function unreleasedText(changelog: string): string;
export declare function stampChangelog(changelog: string, version: string, date: string): string;
