/** What is asked of the process that sets pages, one at a time. */
export interface Question {
  /** Nothing outside of it can be read; empty for nothing at all. */
  readonly root: string;
  /** As the compiler takes it. */
  readonly source: Readonly<Record<string, unknown>>;
  readonly wants: readonly ('pdf' | 'svg')[];
}

/** What Typst says is wrong. */
export interface Diagnostic {
  readonly message?: string;
  readonly hints?: readonly string[];
  readonly path?: string;
  readonly range?: { readonly start?: { readonly line?: number; readonly character?: number } } | null;
}

export interface SetPages {
  readonly count: number;
  readonly pdf?: Uint8Array;
  readonly svg?: string;
}

export type Answer = { readonly pages: SetPages } | { readonly problems: readonly Diagnostic[] };

/** Before the first answer the process tells whether it can give any. */
export type Greeting = { readonly ready: true } | { readonly unable: string };
