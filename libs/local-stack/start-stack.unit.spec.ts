import { describe, expect, it } from '@jest/globals';
import { withDatabase } from './start-stack.js';

describe('withDatabase', () => {
  it.each([
    ['mongodb://127.0.0.1:1/?directConnection=true', 'mongodb://127.0.0.1:1/x?directConnection=true'],
    ['mongodb://user:secret@a:1,b:2/old?replicaSet=rs0', 'mongodb://user:secret@a:1,b:2/x?replicaSet=rs0'],
    ['mongodb+srv://cluster.example', 'mongodb+srv://cluster.example/x'],
    ['mongodb://a:1?replicaSet=rs0', 'mongodb://a:1/x?replicaSet=rs0'],
  ])('turns %s into %s', (uri, expected) => {
    expect(withDatabase(uri, 'x')).toBe(expected);
  });

  it('refuses another kind of address', () => {
    expect(() => withDatabase('http://a:1', 'x')).toThrow('must begin with mongodb://');
  });
});
