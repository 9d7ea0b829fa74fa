import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { DiscoveryService, ExternalContextCreator, MetadataScanner } from '@nestjs/core';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/internal';
import { checkHandlers } from './bound-handlers.js';
import type { BoundHandler } from './bound-handlers.js';
import { contractOf } from './operation.decorator.js';
import { MODULE_OPTIONS_TOKEN } from './operations.module-definition.js';
import type { OperationsModuleOptions } from './operations.module-definition.js';
import type { Handler } from './work.js';

type Wrapper = ReturnType<DiscoveryService['getProviders']>[number];

/**
 * Finds the methods that carry `@Operation` when the application starts, and refuses the start where they do not fit
 * the service's contracts. Nest itself binds those of controllers; those of providers are bound here.
 */
@Injectable()
export class HandlersLoader implements OnModuleInit {
  constructor(
    @Inject(MODULE_OPTIONS_TOKEN) private readonly options: OperationsModuleOptions,
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
    @Inject(MetadataScanner) private readonly scanner: MetadataScanner,
    @Inject(ExternalContextCreator) private readonly contexts: ExternalContextCreator,
  ) {}

  onModuleInit(): void {
    const { service, contracts } = this.options.runtime.options;
    const onControllers = this.discovery.getControllers().flatMap((wrapper) => this.handlersOf(wrapper));
    const onProviders = this.discovery
      .getProviders()
      .flatMap((wrapper) => this.handlersOf(wrapper).map((found) => ({ ...found, wrapper })));
    checkHandlers(service, contracts, [...onControllers, ...onProviders]);
    for (const { contract, method, wrapper } of onProviders)
      this.options.runtime.local.host(contract, this.bind(wrapper, method));
  }

  private handlersOf(wrapper: Wrapper): (BoundHandler & { method: string })[] {
    const prototype = wrapper.metatype?.prototype as Record<string, unknown> | undefined;
    if (!prototype) return [];
    return this.scanner.getAllMethodNames(prototype).flatMap((method) => {
      const contract = contractOf(prototype[method]);
      return contract ? [{ contract, method, where: `${wrapper.name}.${method}` }] : [];
    });
  }

  /** Puts guards, pipes, interceptors and filters around a provider's method, as Nest does for controllers. */
  private bind(wrapper: Wrapper, method: string): Handler {
    const instance = wrapper.instance as Record<string, (...args: unknown[]) => unknown>;
    const callback = instance[method];
    if (!callback) throw new TypeError(`${wrapper.name} has no method ${method}`);
    return this.contexts.create(
      instance,
      callback,
      method,
      ROUTE_ARGS_METADATA,
      { exchangeKeyForValue: (type, _data, args: readonly unknown[]) => args[type === PAYLOAD ? 0 : 1] },
      undefined,
      undefined,
      undefined,
      'rpc',
    );
  }
}

/** Nest's number for the payload of a message; it does not export the enum. */
const PAYLOAD = 3;
