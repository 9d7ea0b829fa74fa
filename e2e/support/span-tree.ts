/** A span, whichever collector gave it. */
export interface TracedSpan {
  readonly service: string;
  /** The library that made it. */
  readonly scope: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Null for the first span of a trace. */
  readonly parentSpanId: string | null;
}

/** The spans of one trace. */
export class SpanTree<S extends TracedSpan = TracedSpan> {
  readonly spans: readonly S[];

  constructor(spans: readonly S[], traceId: string) {
    this.spans = spans.filter((span) => span.traceId === traceId);
  }

  has(...names: readonly string[]): boolean {
    return names.every((name) => this.spans.some((span) => span.name === name));
  }

  /** Throws when there are several, and when there is none. */
  only(name: string): S {
    const [found, ...more] = this.spans.filter((span) => span.name === name);
    if (found && more.length === 0) return found;
    const all = this.spans.map((span) => span.name).join(', ');
    throw new Error(`expected one span ${name}, found ${found ? more.length + 1 : 0} among: ${all}`);
  }

  /** The spans that a library made, by the end of its name. */
  by(library: string): readonly S[] {
    return this.spans.filter((span) => span.scope.endsWith(library));
  }

  /** Spans whose parent is not in this trace: the first one, and those that hang in the air. */
  tops(): readonly S[] {
    const ids = new Set(this.spans.map(({ spanId }) => spanId));
    return this.spans.filter(({ parentSpanId }) => parentSpanId === null || !ids.has(parentSpanId));
  }

  /** From the span up to the first one of its trace, as `service: name`. */
  upFrom(span: S): readonly string[] {
    const parent = this.spans.find(({ spanId }) => spanId === span.parentSpanId);
    return [`${span.service}: ${span.name}`, ...(parent ? this.upFrom(parent) : [])];
  }
}
