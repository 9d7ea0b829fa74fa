import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import mongoose, { Schema } from 'mongoose';

const { inSpan } = await import(process.env.TELEMETRY_DOOR);
const Note = mongoose.model('Note', new Schema({ text: String }));

class Notes {
  write() {
    return inSpan('operation write_note', { kind: 'consumer' }, async () => {
      await Note.create({ text: 'one' });
      await Note.bulkWrite([{ updateOne: { filter: { text: 'one' }, update: { text: 'two' } } }]);
      const [note] = await Note.aggregate([{ $match: { text: 'two' } }]);
      return { text: note.text };
    });
  }
}
// Decorators by hand: the file runs as it stands.
Get('notes')(Notes.prototype, 'write', Object.getOwnPropertyDescriptor(Notes.prototype, 'write'));
Controller()(Notes);
class App {}
Module({ controllers: [Notes] })(App);

/** Serves one request that carries the caller's trace, after work that belongs to no trace. */
export async function run() {
  await mongoose.connect(process.env.MONGODB_URI);
  const app = await NestFactory.create(App, new FastifyAdapter(), { logger: false });
  try {
    await Note.deleteMany({});
    await app.listen(0, '127.0.0.1');
    const url = await app.getUrl();
    await fetch(`${url}/health`);
    const answer = await fetch(`${url}/notes`, { headers: { traceparent: process.env.TRACEPARENT } });
    process.stdout.write(await answer.text());
  } finally {
    await app.close();
    await mongoose.disconnect();
  }
}
