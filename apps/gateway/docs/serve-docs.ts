import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { Catalog } from '#libs/operations';
import { apiDocument } from './api-document.js';

/** Serves the API's description at /docs (to read and try) and /docs-json, made anew for each request. */
export function serveDocs(app: NestFastifyApplication, catalog: Catalog): void {
  const settings = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('JobHunter')
    .setDescription('Runs operations and flows, and tells what they did.')
    .setVersion('0.1.0')
    .build();
  const base = SwaggerModule.createDocument(app, settings);
  SwaggerModule.setup('docs', app, base, {
    raw: ['json'],
    customSiteTitle: 'JobHunter API',
    swaggerOptions: { validatorUrl: null },
    patchDocumentOnRequest: (_request, _response, document: OpenAPIObject) =>
      apiDocument(document, catalog.list(), catalog.flows()),
  });
}
