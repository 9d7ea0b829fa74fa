/** One way to obtain a server's binary. */
export interface Source {
  /** What is done and why, in one line, told before it is done. */
  readonly step: string;
  /** Puts the binary, executable, at `target`, a path in a folder that exists and is this call's own. */
  obtain(target: string): Promise<void>;
}
