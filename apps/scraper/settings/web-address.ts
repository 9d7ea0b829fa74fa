import { isURL, IsUrl, ValidateBy } from 'class-validator';

const WEB = { protocols: ['http', 'https'], require_protocol: true, require_tld: false };

/** Checks that a setting is an http(s) address; hosts without a dot, as in containers, will do. */
export const IsWebAddress = (options: { each?: boolean } = {}): PropertyDecorator =>
  IsUrl(WEB, { ...options, message: '$property must be an http or https address' });

/** The same for an address in which `{board}` may stand for an employer's board. */
export const IsBoardAddress = (): PropertyDecorator =>
  ValidateBy({
    name: 'isBoardAddress',
    validator: {
      validate: (value: unknown) =>
        typeof value === 'string' && isURL(value.replace('{board}', 'board'), WEB),
      defaultMessage: () => '$property must be an http or https address, in which {board} may stand',
    },
  });
