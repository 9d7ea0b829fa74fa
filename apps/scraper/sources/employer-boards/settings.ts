import 'reflect-metadata';
import { ArrayMaxSize, Matches } from 'class-validator';
import { AsList } from '../../settings/read-settings.js';
import { IsBoardAddress } from '../../settings/web-address.js';

/** What a board's token may be made of: it becomes a part of a path or of a host's name. */
export const BOARD_TOKEN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** Settings of a source that asks one employer's board after another. */
export class EmployerBoardSettings {
  /** Base address; `{board}` stands for the board where that is a part of it. */
  @IsBoardAddress()
  baseUrl: string;

  /** The watch-list of the house: board tokens, asked for everybody. */
  @AsList()
  @ArrayMaxSize(200)
  @Matches(BOARD_TOKEN, {
    each: true,
    message: '$property must be board tokens of letters, digits, -, _ and ., separated by commas',
  })
  boards: string[];
}

/** Makes the settings class of one source, with its defaults. */
export function boardSettings(
  baseUrl: string,
  boards: readonly string[] = [],
): new () => EmployerBoardSettings {
  return class extends EmployerBoardSettings {
    override baseUrl = baseUrl;
    override boards = [...boards];
  };
}
