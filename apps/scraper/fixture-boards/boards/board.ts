/** What a fixture board answers. */
export interface BoardAnswer {
  readonly status?: number;
  readonly type: 'application/json' | 'application/xml' | 'text/html' | 'text/plain';
  readonly body: string;
  readonly charset?: 'utf-8' | 'iso-8859-1';
}

/** Answers a path below the board's own, or undefined where it has no such page. `base` is the board's address. */
export type Board = (path: string, query: URLSearchParams, base: string) => BoardAnswer | undefined;

export const json = (value: unknown): BoardAnswer => ({
  type: 'application/json',
  body: JSON.stringify(value),
});
export const html = (body: string): BoardAnswer => ({ type: 'text/html', body });
