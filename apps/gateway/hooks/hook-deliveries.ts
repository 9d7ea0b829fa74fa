import type { IncomingHttpHeaders } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import type { LoggerService } from '@nestjs/common';
import { DeploymentClient } from '#libs/deployments';
import type { Webhook } from '#libs/deployments';
import type { TraceContext } from '#libs/run-log';
import { Broker } from '../asking/broker.js';
import { LOG } from '../log.js';
import { speaks } from '../problems/problem.js';
import { BadSignatureError, HookNotReadyError, UnknownHookError } from './errors.js';
import { HookSecrets } from './hook-secrets.js';
import { headersOf, isSignedBy, verify } from './verify.js';
import type { Delivery } from './verify.js';

/** A delivery whose signature is right. */
export interface Verified {
  readonly webhook: string;
  readonly eventId: string;
}

/**
 * Takes signed requests for deployments. Nothing of a request is looked at before its signature is found right, and
 * what is not signed learns nothing but that.
 */
@Injectable()
export class HookDeliveries {
  constructor(
    private readonly deployments: DeploymentClient,
    private readonly broker: Broker,
    private readonly secrets: HookSecrets,
    @Inject(LOG) private readonly log: LoggerService,
  ) {}

  /**
   * Finds by which webhook of a deployment a request is signed. Throws UnknownHookError, BadSignatureError, and
   * HookNotReadyError where a secret that it might be signed with cannot be had.
   */
  async verify(deploymentId: string, delivery: Delivery, trace: TraceContext): Promise<Verified> {
    const hooks = await this.broker.whileThere('the webhook cannot be taken', () =>
      this.deployments.hooksOf(deploymentId, { trace }),
    );
    if (hooks.length === 0) throw new UnknownHookError();
    const likely = hooks.filter(({ scheme }) => isSignedBy(scheme, delivery.headers));
    if (likely.length === 0) throw unsigned(hooks, delivery.headers);
    let refusal: BadSignatureError | undefined;
    let trouble: unknown;
    for (const { webhook, scheme } of likely) {
      const secret = this.secretOf(webhook, scheme, (error) => (trouble ??= error));
      if (secret === undefined) continue;
      try {
        return { webhook, eventId: await verify(scheme, secret, delivery) };
      } catch (error) {
        if (!(error instanceof BadSignatureError)) throw error;
        refusal ??= error;
      }
    }
    throw trouble === undefined && refusal ? refusal : new HookNotReadyError({ cause: trouble });
  }

  /** Hands a request that was verified to the deployment; gives the id of the event. */
  async hand(
    deploymentId: string,
    { webhook, eventId }: Verified,
    data: unknown,
    trace: TraceContext,
  ): Promise<string> {
    try {
      const taken = await this.broker.whileThere('the webhook cannot be taken', () =>
        this.deployments.hook(deploymentId, { webhook, eventId, data }, { trace }),
      );
      return taken.eventId;
    } catch (error) {
      // It was taken away meanwhile.
      if (speaks(error) && error.code === 'deployment/unknown') throw new UnknownHookError();
      throw error;
    }
  }

  private secretOf(
    webhook: string,
    scheme: Webhook['scheme'],
    onTrouble: (error: unknown) => void,
  ): string | undefined {
    try {
      return this.secrets.read(webhook, scheme);
    } catch (error) {
      this.log.error(`a webhook was refused: ${error instanceof Error ? error.message : String(error)}`);
      onTrouble(error);
      return undefined;
    }
  }
}

function unsigned(hooks: readonly Webhook[], headers: IncomingHttpHeaders): BadSignatureError {
  const schemes = [...new Set(hooks.map(({ scheme }) => scheme))];
  const lacking = schemes.map((scheme) =>
    headersOf(scheme)
      .filter((name) => headers[name] === undefined)
      .join(', '),
  );
  return new BadSignatureError(`it lacks the header ${lacking.join(', or ')}`);
}
