import { Logger, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { getConnectionToken, MongooseModule } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { connectionOptions } from './connection-options.js';
import type { MongoConfig } from './connection-options.js';
import { keepConnecting } from './keep-connecting.js';
import { IndexMaker } from './index-maker.js';
import { MongoKeeper } from './mongo-keeper.js';
import { UnavailableInterceptor } from './unavailable.interceptor.js';

const MONGO_CONFIG = Symbol('MONGO_CONFIG');

/**
 * Connects an app to its database by way of @nestjs/mongoose. The app starts whether or not the database is up;
 * meanwhile its requests fail with DatabaseUnavailableError. Models come by MongooseModule.forFeature; with
 * `makeIndexes` their indexes are made at the first connection.
 */
@Module({})
export class MongoModule {
  static forRoot({
    makeIndexes = false,
    ...config
  }: MongoConfig & { readonly makeIndexes?: boolean }): DynamicModule {
    return {
      module: MongoModule,
      global: true,
      imports: [
        MongooseModule.forRootAsync({
          useFactory: () => ({ ...connectionOptions(config), uri: undefined, lazyConnection: true }),
        }),
      ],
      providers: [
        { provide: MONGO_CONFIG, useValue: config },
        {
          provide: MongoKeeper,
          inject: [getConnectionToken(), MONGO_CONFIG],
          useFactory: (connection: Connection, settings: MongoConfig) =>
            new MongoKeeper(
              keepConnecting(
                connection,
                settings.uri,
                connectionOptions(settings),
                asLog(new Logger('Mongo')),
              ),
            ),
        },
        ...(makeIndexes ? [indexMaker] : []),
        { provide: APP_INTERCEPTOR, useClass: UnavailableInterceptor },
      ],
      exports: [MongoKeeper],
    };
  }
}

const indexMaker = {
  provide: IndexMaker,
  inject: [getConnectionToken(), MongoKeeper],
  useFactory: (connection: Connection, keeper: MongoKeeper) => new IndexMaker(connection, keeper),
};

const asLog = (logger: Logger) => ({
  info: (message: string) => logger.log(message),
  warn: (message: string) => logger.warn(message),
});
