/** A control of a page, as it stands there. All of it is the page's word. */
export interface FieldSeen {
  /** By which the page knows it again. */
  readonly key: number;
  /** The form that it belongs to; -1 for none. */
  readonly form: number;
  /** `textarea`, `select`, or the type of an input. */
  readonly kind: string;
  readonly label: string;
  /** What stands over a group of fields that it is one of. */
  readonly group: string;
  readonly placeholder: string;
  readonly name: string;
  readonly id: string;
  readonly autocomplete: string;
  readonly required: boolean;
  readonly visible: boolean;
  /** Neither disabled nor only to be read. */
  readonly open: boolean;
  readonly value: string;
  /** Of a file input. */
  readonly accept: string;
  readonly multiple: boolean;
  readonly maxLength: number | null;
  /** Of a select. */
  readonly options: readonly { readonly value: string; readonly text: string }[];
}

export interface FrameSeen {
  readonly url: string;
  /** Large enough to hold a form. */
  readonly large: boolean;
}

/** A page, or a frame of it, as it stands there. */
export interface PageSeen {
  readonly url: string;
  readonly title: string;
  /** As the page says it; empty where it does not. */
  readonly language: string;
  /** How it begins to a reader. */
  readonly text: string;
  readonly fields: readonly FieldSeen[];
  /** What each form says of itself: its name, its address, its buttons. */
  readonly forms: readonly string[];
  readonly frames: readonly FrameSeen[];
  /** A riddle for people is shown, not just loaded. */
  readonly captcha: boolean;
}
