/** One fault of the schedule. Times are milliseconds; `index` chooses among those that play the role. */
export type Fault = { readonly atMs: number } & (
  | { readonly kind: 'kill'; readonly role: Role; readonly index: number; readonly awayMs: number }
  | { readonly kind: 'terminate'; readonly role: Role; readonly index: number; readonly awayMs: number }
  | { readonly kind: 'stand-still'; readonly role: Role; readonly index: number; readonly forMs: number }
  | {
      readonly kind: 'kill-broker';
      readonly index: number;
      readonly leader: boolean;
      readonly awayMs: number;
    }
  | { readonly kind: 'terminate-broker'; readonly index: number; readonly awayMs: number }
  | { readonly kind: 'broker-stands-still'; readonly index: number; readonly forMs: number }
  | { readonly kind: 'database-away'; readonly awayMs: number }
);

export type Role = 'orchestrator' | 'service' | 'audit';

/** Says a fault in words. */
export function describe(fault: Fault): string {
  switch (fault.kind) {
    case 'kill':
    case 'terminate':
      return `${fault.kind} ${fault.role} ${fault.index}, away ${fault.awayMs} ms`;
    case 'stand-still':
      return `${fault.role} ${fault.index} stands still for ${fault.forMs} ms`;
    case 'kill-broker':
      return `kill broker (${fault.leader ? 'the leader' : fault.index}), away ${fault.awayMs} ms`;
    case 'terminate-broker':
      return `terminate broker ${fault.index}, away ${fault.awayMs} ms`;
    case 'broker-stands-still':
      return `broker ${fault.index} stands still for ${fault.forMs} ms`;
    case 'database-away':
      return `database away ${fault.awayMs} ms`;
  }
}
