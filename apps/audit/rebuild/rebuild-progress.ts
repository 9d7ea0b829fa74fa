/** How far a rebuild is: runs of the archive, then messages of each stream. */
export interface RebuildProgress {
  readonly phase: 'archive' | 'RUN' | 'CALLS' | 'finishing';
  readonly done: number;
  readonly total: number;
}
