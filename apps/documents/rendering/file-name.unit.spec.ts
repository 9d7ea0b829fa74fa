import { describe, expect, it } from '@jest/globals';
import { fileNameOf } from './file-name.js';

describe('a file’s name', () => {
  it.each([
    ['Jörg Müßig-Öztürk', 'Größe & Söhne GmbH', 'CV_Joerg-Muessig-Oeztuerk_Groesse-Soehne-GmbH.pdf'],
    ['Łukasz', '../../etc/passwd', 'CV_Łukasz_etc-passwd.pdf'],
    ['Ann', 'C:\\CON\u0000.exe', 'CV_Ann_C-CON-exe.pdf'],
    ['Ann', '…', 'CV_Ann.pdf'],
    ['Ann', 'x'.repeat(500), `CV_Ann_${'x'.repeat(40)}.pdf`],
  ])('of %j and %j is %s', (person, company, name) => {
    expect(fileNameOf({ kind: 'cv', language: 'en', person, company }, 'pdf')).toBe(name);
  });
});
