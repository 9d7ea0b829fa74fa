import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { testMongoUri } from '#libs/testing';
import { openConnection } from './open-connection.js';
import type { OpenConnection } from './open-connection.js';
import { readPage } from './read-page.js';
import { schemaOptions } from './schema-options.js';

@Schema(schemaOptions('books'))
class Book {
  @Prop({ type: String, required: true })
  _id: string;

  @Prop({ type: String, required: true })
  title: string;

  @Prop({ type: Date, default: null })
  printedAt: Date | null;

  @Prop({ type: String, default: '' })
  text: string;

  @Prop({ type: [String] })
  authors: string[];
}

let open: OpenConnection;
let books: Model<Book>;

beforeAll(async () => {
  open = openConnection(
    { uri: testMongoUri(), appName: 'spec' },
    { info: () => undefined, warn: () => undefined },
  );
  await open.keeper.connected;
  books = open.connection.model<Book>(Book.name, SchemaFactory.createForClass(Book));
});
afterAll(() => open.keeper.stop());
beforeEach(() => books.deleteMany({}));

const book = (id: number, said: Partial<Book> = {}) => ({
  _id: `b${id}`,
  title: `title ${id % 3}`,
  printedAt: id % 4 ? new Date(id % 2) : null,
  ...said,
});
const page = (asked: { sort?: string; limit?: number; cursor?: string } = {}) =>
  readPage({
    model: books,
    filter: {},
    sort: 'title',
    ...asked,
    toDto: ({ _id, text }) => ({ id: _id, text }),
  });

describe('a page of a list', () => {
  it.each(['title', '-title', 'printedAt', '-printedAt'])(
    'goes on where the last one ended, sorted by %s',
    async (sort) => {
      await books.insertMany(Array.from({ length: 17 }, (_, n) => book(n)));
      const whole = (await page({ sort })).items;
      const paged: unknown[] = [];
      for (let cursor: string | null | undefined; cursor !== null;) {
        const part = await page({ sort, limit: 3, ...(cursor ? { cursor } : {}) });
        paged.push(...part.items);
        cursor = part.nextCursor;
      }
      expect(paged).toEqual(whole);
      expect(paged).toHaveLength(17);
    },
  );

  it('ends early when its items have many bytes, however few letters that is', async () => {
    await books.insertMany([1, 2, 3].map((id) => book(id, { title: 'x', text: '字'.repeat(120_000) })));
    const first = await page();
    expect(first.items.map(({ id }) => id)).toEqual(['b1']);
    expect((await page({ cursor: first.nextCursor ?? '' })).items.map(({ id }) => id)).toEqual(['b2']);
  });

  it('holds one item at least', async () => {
    await books.insertMany([book(1, { text: 'x'.repeat(700_000) })]);
    expect(await page()).toMatchObject({ items: [{ id: 'b1' }], nextCursor: null });
  });

  it('leaves out fields that are not asked for', async () => {
    await books.insertMany([book(1, { text: 'long' })]);
    const { items } = await readPage({
      model: books,
      filter: {},
      sort: 'title',
      without: ['text'],
      toDto: (record) => Object.keys(record),
    });
    expect(items[0]).not.toContain('text');
  });

  it('takes the cursor of a list whose filter has grown', async () => {
    await books.insertMany([book(1), book(2)]);
    const part = (ids: string[], cursor?: string) =>
      readPage({
        model: books,
        filter: { _id: { $in: ids } },
        list: 'favourites',
        sort: 'title',
        limit: 1,
        cursor,
        toDto: ({ _id }) => _id,
      });
    const first = await part(['b1', 'b2']);
    expect((await part(['b1', 'b2', 'b3'], first.nextCursor ?? '')).items).toEqual(['b2']);
  });

  it('refuses to be sorted by what has no order', async () => {
    await expect(page({ sort: 'authors' })).rejects.toThrow('a list of Book cannot be sorted by authors');
  });
});
