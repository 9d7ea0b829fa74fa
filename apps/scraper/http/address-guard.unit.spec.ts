import { describe, expect, it } from '@jest/globals';
import { assertPublicLiteral, webUrl } from './address-guard.js';

describe('an address', () => {
  it.each(['ftp://a.example/', 'file:///etc/passwd', 'jobs', '', 'http://user:secret@a.example/'])(
    'is refused when it is %j',
    (address) => {
      expect(() => webUrl(address)).toThrow(expect.objectContaining({ code: 'scraper/address-refused' }));
    },
  );

  it('never shows a password in its refusal', () => {
    expect(() => webUrl('http://user:secret@a.example/')).toThrow(/^a\.example is not asked/);
  });

  it.each([
    'http://127.0.0.1/',
    'http://[::1]/',
    'http://169.254.169.254/',
    'http://10.1.2.3/',
    'http://[::ffff:10.0.0.1]/',
    'http://[::127.0.0.1]/',
    'http://[::ffff:0:127.0.0.1]/',
    'http://[64:ff9b::10.0.0.1]/',
    'http://[64:ff9b:1::10.0.0.1]/',
    'http://[2002:7f00:1::]/',
    'http://[fec0::1]/',
    'http://[100::1]/',
  ])('is refused when it lies inside: %s', (address) => {
    expect(() => assertPublicLiteral(webUrl(address))).toThrow('private network');
  });

  it('is taken when it is public', () => {
    expect(() => assertPublicLiteral(webUrl('https://93.184.215.14/jobs'))).not.toThrow();
    expect(() => assertPublicLiteral(webUrl('https://[2606:4700::6810:84e5]/'))).not.toThrow();
  });
});
