import { Catch } from '@nestjs/common';
import type { ExceptionFilter } from '@nestjs/common';

/**
 * Lets an error that no other filter took reach the runner as it was thrown. Nest's own last filter would replace it
 * by `Internal server error`, and the record would not tell what went wrong.
 */
@Catch()
export class ErrorsAsThrown implements ExceptionFilter {
  catch(exception: unknown): never {
    throw exception;
  }
}
