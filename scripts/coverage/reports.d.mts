export interface Reports {
  take(): void;
  countAt(name: string, offset: number): number;
  processes(): number;
  unreported(): number;
}
export declare function openReports(folder: string, lengths: ReadonlyMap<string, number>): Reports;
