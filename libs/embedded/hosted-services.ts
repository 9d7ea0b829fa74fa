import type { DynamicModule, ModuleMetadata, Type } from '@nestjs/common';
import { operationsOf, type OperationContract } from '#libs/operations';
import { UnnamedServiceError } from './errors.js';

/** A service with what its classes need; `imports` and `providers` are Nest's. */
export interface HostedService extends Pick<ModuleMetadata, 'imports' | 'controllers' | 'providers'> {
  /** By default those whose `@Operation` stands on methods of its classes. */
  readonly contracts?: readonly OperationContract[];
}

/** What is started as one service. */
export interface ServicePlan {
  readonly service: string;
  readonly contracts: readonly OperationContract[];
  readonly module: DynamicModule;
}

/**
 * Sorts what is to be hosted by the service that it belongs to: classes whose methods carry `@Operation` by
 * themselves, or services put together by hand. Throws UnnamedServiceError.
 */
export function planServices(services: readonly (Type | HostedService)[]): ServicePlan[] {
  const classes = new Map<string, { contracts: Set<OperationContract>; controllers: Type[] }>();
  const plans: ServicePlan[] = [];
  for (const hosted of services) {
    if (typeof hosted !== 'function') {
      plans.push(planOf(hosted));
      continue;
    }
    const contracts = operationsOf(hosted);
    const name = serviceOf(contracts, [hosted]);
    const group = classes.get(name) ?? { contracts: new Set(), controllers: [] };
    contracts.forEach((contract) => group.contracts.add(contract));
    group.controllers.push(hosted);
    classes.set(name, group);
  }
  for (const { contracts, controllers } of classes.values())
    plans.push(planOf({ contracts: [...contracts], controllers }));
  return plans;
}

function planOf({ contracts, imports = [], controllers = [], providers = [] }: HostedService): ServicePlan {
  const classes = [...controllers, ...providers.filter((provider) => typeof provider === 'function')];
  const owned = contracts ?? [...new Set(classes.flatMap((type) => operationsOf(type)))];
  const service = serviceOf(owned, classes);
  // Nest knows modules by their class.
  const module = class {};
  return { service, contracts: owned, module: { module, imports, controllers, providers } };
}

function serviceOf([first]: readonly OperationContract[], classes: readonly Type[]): string {
  if (first) return first.service;
  throw new UnnamedServiceError(classes.map(({ name }) => name));
}
