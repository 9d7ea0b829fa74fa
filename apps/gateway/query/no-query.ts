/** For routes that take no query parameters: any is refused. */
export class NoQuery {}
