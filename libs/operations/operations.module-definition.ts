import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { OperationRuntime } from './operation-runtime.js';

export interface OperationsModuleOptions {
  readonly runtime: OperationRuntime;
}

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } =
  new ConfigurableModuleBuilder<OperationsModuleOptions>()
    .setExtras({ isGlobal: true }, (definition, { isGlobal }) => ({ ...definition, global: isGlobal }))
    .build();
