import type { FieldError } from '#libs/run-log';
import { TerminalError } from '#libs/operations';
import type { DeploymentRef } from './deployment.js';

/** The codes that requests about deployments are refused with; wire values. */
export const DeploymentCode = {
  unknown: 'deployment/unknown',
  invalid: 'deployment/invalid',
  exists: 'deployment/exists',
  revisionConflict: 'deployment/revision-conflict',
  keyOver: 'deployment/key-over',
} as const;
export type DeploymentCode = (typeof DeploymentCode)[keyof typeof DeploymentCode];

const nameOf = ({ flow, name }: DeploymentRef): string => `${flow}/${name}`;

/** The caller has no deployment of that name. */
export class UnknownDeploymentError extends TerminalError {
  constructor(readonly ref: DeploymentRef) {
    super(DeploymentCode.unknown, `deployment ${nameOf(ref)} is not known`, [
      { field: 'name', value: nameOf(ref), message: 'expected the name of a deployment, as flow/name' },
    ]);
  }
}

/** Something about a specification does not hold. */
export class InvalidDeploymentError extends TerminalError {
  constructor(message: string, fields: readonly FieldError[]) {
    super(DeploymentCode.invalid, message, fields);
  }
}

/** There is one already, and none was to be there. */
export class DeploymentExistsError extends TerminalError {
  constructor(
    readonly ref: DeploymentRef,
    readonly revision: number,
  ) {
    super(DeploymentCode.exists, `deployment ${nameOf(ref)} exists already, as revision ${revision}`, [
      { field: 'name', value: nameOf(ref), message: 'expected a name that is not taken' },
    ]);
  }
}

/** Somebody has changed it since the caller read it. */
export class RevisionConflictError extends TerminalError {
  constructor(
    readonly ref: DeploymentRef,
    readonly expected: number,
    readonly actual: number,
  ) {
    super(
      DeploymentCode.revisionConflict,
      `deployment ${nameOf(ref)} is at revision ${actual}, expected ${expected}: it was changed meanwhile`,
      [{ field: 'ifRevision', value: expected, message: `expected ${actual}, the present revision` }],
    );
  }
}

/** The key by which a deployment was put is taken no more, so its runs may do nothing. */
export class KeyOverError extends TerminalError {
  constructor(
    readonly key: string,
    /** Such as `was revoked at 2026-11-22T09:00:00.000Z`. */
    readonly what: string,
  ) {
    super(DeploymentCode.keyOver, `its key ${key} ${what}; put it again with a valid one`);
  }
}
