import type { DeploymentView, Firing } from '#libs/deployments';

/** A deployment as clients see it. */
export interface DeploymentEntry extends Omit<DeploymentView, 'owner' | 'lastFiring'> {
  readonly userId: string;
  readonly lastFiring: FiringEntry | null;
  readonly links: DeploymentLinks;
}

export type FiringEntry = Firing & { readonly links: { readonly flowRun?: string } };

/** Where everything about a deployment lies. */
export const deploymentLinks = (flow: string, name: string) => {
  const self = `/deployments/${encodeURIComponent(flow)}/${encodeURIComponent(name)}`;
  return {
    self,
    run: `${self}/run`,
    pause: `${self}/pause`,
    resume: `${self}/resume`,
    next: `${self}/next`,
    firings: `${self}/firings`,
    flow: `/workflows/${encodeURIComponent(flow)}`,
  };
};
export type DeploymentLinks = ReturnType<typeof deploymentLinks> & {
  /** Where signed requests go, where it has a trigger for them. */
  readonly hook?: string;
};

export const deploymentEntry = ({ owner, lastFiring, ...view }: DeploymentView): DeploymentEntry => ({
  ...view,
  userId: owner.userId,
  lastFiring: lastFiring ? firingEntry(lastFiring) : null,
  links: {
    ...deploymentLinks(view.flow, view.name),
    ...(view.triggers.some((trigger) => 'webhook' in trigger) ? { hook: `/hooks/${view.id}` } : {}),
  },
});

export const firingEntry = (firing: Firing): FiringEntry => ({
  ...firing,
  links: firing.runId === undefined ? {} : { flowRun: `/flow-runs/${firing.runId}` },
});
