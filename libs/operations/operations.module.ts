import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { HandlersLoader } from './handlers.loader.js';
import { OperationClient } from './operation-client.js';
import { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } from './operations.module-definition.js';
import type { OperationsModuleOptions } from './operations.module-definition.js';

/** Gives every module of a service the OperationClient, and binds the service's handlers. */
@Module({
  imports: [DiscoveryModule],
  providers: [
    HandlersLoader,
    {
      provide: OperationClient,
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: ({ runtime }: OperationsModuleOptions) => runtime.client,
    },
  ],
  exports: [OperationClient],
})
export class OperationsModule extends ConfigurableModuleClass {}
