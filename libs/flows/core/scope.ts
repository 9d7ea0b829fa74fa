/**
 * Where in a flow's code a call comes from: which epoch, which branch of a race, and whether it is for cleaning up.
 * A step belongs to the scope that asked for it; what a closed scope still asks for gets no answer.
 */
export class Scope {
  private ended = false;

  constructor(
    readonly epoch: number,
    /** Still answered after the run was told to end. */
    readonly shielded = false,
    private readonly parent?: Scope,
  ) {}

  get closed(): boolean {
    return this.ended || (this.parent?.closed ?? false);
  }

  close(): void {
    this.ended = true;
  }

  /** Whether this is the other scope or lies inside it. */
  within(other: Scope): boolean {
    return this === other || (this.parent?.within(other) ?? false);
  }

  /** One branch of a race. */
  branch(): Scope {
    return new Scope(this.epoch, this.shielded, this);
  }

  shield(): Scope {
    return new Scope(this.epoch, true, this);
  }
}
