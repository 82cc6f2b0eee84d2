// Vendure as lightly as it runs in production: no worker, no search index, no e-mail, no dashboard.
const { DefaultLogger, dummyPaymentHandler, LogLevel } = require('@vendure/core')

exports.configOf = (database = {}) => ({
  apiOptions: { port: Number(process.env.PORT ?? 0), adminApiPath: 'admin-api', shopApiPath: 'shop-api' },
  authOptions: {
    tokenMethod: ['bearer'],
    superadminCredentials: { identifier: process.env.PEER_ADMIN, password: process.env.PEER_PASSWORD },
    cookieOptions: { secret: process.env.PEER_SECRET },
  },
  dbConnectionOptions: {
    type: 'postgres',
    url: process.env.DATABASE_URL,
    synchronize: false,
    logging: false,
    ...database,
  },
  paymentOptions: { paymentMethodHandlers: [dummyPaymentHandler] },
  logger: new DefaultLogger({ level: LogLevel.Error, timestamp: false }),
  plugins: [],
})
