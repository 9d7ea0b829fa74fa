import { Injectable } from '@nestjs/common';
import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import { isId } from '#libs/run-log';
import { BadIdError } from '../problems/errors.js';

/** Refuses an id that could not be one, before anybody is asked for it. */
@Injectable()
export class IdPipe implements PipeTransform<string, string> {
  transform(value: string, { data }: ArgumentMetadata): string {
    if (!isId(value)) throw new BadIdError(data ?? 'id', value);
    return value;
  }
}
