/** A page that the person saved or pasted. */
export interface SavedPage {
  /** Where it was saved from, if known: makes relative links whole. */
  readonly url?: string;
  readonly html: string;
  /** How reports name it. */
  readonly label: string;
}
