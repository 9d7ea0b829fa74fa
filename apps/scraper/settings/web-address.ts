import { IsUrl } from 'class-validator';

/** Checks that a setting is an http(s) address; hosts without a dot, as in containers, will do. */
export const IsWebAddress = (options: { each?: boolean } = {}): PropertyDecorator =>
  IsUrl(
    { protocols: ['http', 'https'], require_protocol: true, require_tld: false },
    { ...options, message: '$property must be an http or https address' },
  );
