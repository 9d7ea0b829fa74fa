import { validateSync } from 'class-validator';
import { toInstance, type DtoClass } from '#libs/operations';
import { FlowUsageError } from './core/index.js';

/**
 * Checks the input of the run that is to go on, before the one that asks for it ends. Throws FlowUsageError: afterwards
 * nobody would be left to hear of it.
 */
export function checkedNextInput(dto: DtoClass, input: object): object {
  const [error] = validateSync(toInstance(dto, input), {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: false,
  });
  if (!error) return input;
  const why = Object.values(error.constraints ?? {}).join('; ') || 'it is not valid';
  throw new FlowUsageError(`continueAsNew: field ${error.property}: ${why}`);
}
