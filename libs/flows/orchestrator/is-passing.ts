import { FencedOutError, LogFullError, LogUnavailableError } from '#libs/run-log';
import { KeyValuesUnavailableError, StorageFullError } from '#libs/key-values';
import { SpoiledTurnError } from './activation-gate.js';

const PASSING = [
  FencedOutError,
  LogUnavailableError,
  LogFullError,
  SpoiledTurnError,
  KeyValuesUnavailableError,
  StorageFullError,
];

/** Whether an error says nothing about the run itself, so that another try may go well. */
export const isPassing = (error: unknown): boolean => PASSING.some((kind) => error instanceof kind);
