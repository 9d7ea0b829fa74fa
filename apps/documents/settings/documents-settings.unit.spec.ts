import { tmpdir } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { readDocumentsSettings } from './documents-settings.js';

describe('the settings of documents', () => {
  it('name folders, or nothing', () => {
    expect(readDocumentsSettings({})).toEqual({});
    expect(readDocumentsSettings({ DOCUMENTS_TEMPLATES: '', DOCUMENTS_FONTS: tmpdir() })).toEqual({
      fonts: tmpdir(),
    });
  });

  it.each(['DOCUMENTS_TEMPLATES', 'DOCUMENTS_FONTS'])('refuse a folder that is not there: %s', (setting) => {
    expect(() => readDocumentsSettings({ [setting]: '/no/such/folder' })).toThrow(
      `${setting} must name a folder that is there, got "/no/such/folder"`,
    );
  });
});
