import { expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import type { Connection } from 'mongoose';
import { IndexMaker } from './index-maker.js';

/** A database with the collections `hats` and `coats`; `answer` decides what each making of an index meets. */
function given(answer: (collection: string) => void) {
  const made: string[] = [];
  const lines: string[] = [];
  const model = (collectionName: string) => ({
    collection: { collectionName },
    schema: { indexes: () => [[{ size: 1 }, {}]] },
  });
  const collection = (name: string) => ({
    createIndex: async () => {
      answer(name);
      made.push(name);
    },
  });
  const connection = {
    models: { Hat: model('hats'), Coat: model('coats') },
    db: { createCollection: async () => undefined, collection },
  } as unknown as Connection;
  const keeper = { connected: Promise.resolve() };
  const log = { info: (line: string) => lines.push(line), warn: (line: string) => lines.push(line) };
  const patience = { sleep: async () => undefined, log };
  return { maker: new IndexMaker(connection, keeper, patience), made, lines };
}

it('indexes are made after the database was away for a moment', async () => {
  let blips = 2;
  const { maker, made } = given(() => {
    if (blips-- > 0) throw new mongoose.mongo.MongoNetworkError('connection closed');
  });
  maker.onApplicationBootstrap();
  await maker.done;
  expect(made).toEqual(['hats', 'coats']);
});

it('a refused index does not keep other models from theirs', async () => {
  const { maker, made, lines } = given((name) => {
    if (name === 'hats')
      throw new mongoose.mongo.MongoServerError({ message: 'duplicate sizes', code: 11000 });
  });
  maker.onApplicationBootstrap();
  await maker.done;
  expect(made).toEqual(['coats']);
  expect(lines).toEqual(['the indexes of hats are not made: MongoServerError: duplicate sizes']);
});

it('nothing is tried again, nor complained of, once the app ends', async () => {
  const { maker, made, lines } = given(() => {
    maker.beforeApplicationShutdown();
    throw new mongoose.mongo.MongoNetworkError('connection closed');
  });
  maker.onApplicationBootstrap();
  await maker.done;
  expect(made).toEqual([]);
  expect(lines).toEqual([]);
});
