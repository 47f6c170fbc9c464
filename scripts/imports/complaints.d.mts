export function complaintsAbout(root: string): string[];
