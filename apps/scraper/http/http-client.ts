/** A page as it came over the wire, decoded to text. */
export interface HttpAnswer {
  /** Where the answer came from in the end, after redirects. */
  readonly url: string;
  readonly status: number;
  /** Media type without parameters, in lower case; empty where the other side named none. */
  readonly contentType: string;
  readonly text: string;
  readonly bytes: number;
  readonly fetchedAt: Date;
}

export interface GetOptions {
  /** Value of the Accept header. */
  readonly accept: string;
  /** Sent besides, to the address itself and to no other site that it redirects to. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** What a source sees of the network. */
export interface HttpClient {
  /** Gets a page that answered 2xx. Throws one of the errors of http-errors.ts, or the signal's reason. */
  get(url: string, options: GetOptions): Promise<HttpAnswer>;
}

export const ACCEPT_JSON = 'application/json';
export const ACCEPT_XML = 'application/xml,text/xml;q=0.9';
export const ACCEPT_HTML = 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.5';
