/** One thing that a client says to a run, so many milliseconds after it was started. */
export type Steering = { readonly afterMs: number } & (
  | { readonly kind: 'cancel'; readonly times?: number }
  | { readonly kind: 'signal'; readonly name: string; readonly payload: unknown }
  /** Said once the run asks for it. */
  | { readonly kind: 'approve'; readonly approved: boolean; readonly times?: number }
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  /** Done once the run has ended. */
  | { readonly kind: 'restart'; readonly fromStep: number }
);
