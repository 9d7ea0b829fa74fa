import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { Catalog } from '#libs/operations';
import { apiDocument } from './api-document.js';
import { operationId } from './operation-ids.js';

const DESCRIPTION = `Runs operations and flows, and tells what they did.

- Lists come in pages: \`limit\`, \`cursor\`, \`sort\` (a field, or \`-\` and a field) and filters; \`nextCursor\` names the next page and is null on the last. Parameters that a route does not know are refused.
- Every refusal is \`application/problem+json\` (RFC 9457); programs go by its \`code\`.
- Times are instants in ISO 8601, durations milliseconds.
- Where \`Idempotency-Key\` is taken, the same key gets the first answer again.
- What can be edited has an \`ETag\`; \`If-Match\` refuses an edit of what has changed since (412).`;

/** Serves the API's description at /docs (to read and try) and /docs-json, made anew for each request. */
export function serveDocs(app: NestFastifyApplication, catalog: Catalog): void {
  const settings = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('JobHunter')
    .setDescription(DESCRIPTION)
    .setVersion('0.1.0')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/', 'This server')
    .build();
  const base = SwaggerModule.createDocument(app, settings, { operationIdFactory: operationId });
  SwaggerModule.setup('docs', app, base, {
    raw: ['json'],
    customSiteTitle: 'JobHunter API',
    swaggerOptions: { validatorUrl: null },
    patchDocumentOnRequest: (_request, _response, document: OpenAPIObject) =>
      apiDocument(document, catalog.list(), catalog.flows()),
  });
}
