// The schema, one country, one way to ship, one way to pay, and two goods: of one there is plenty, of the other there are 100.
const path = require('node:path')
const { bootstrap } = require('@vendure/core')
const { populate } = require('@vendure/core/cli')
const { configOf } = require('./config.cjs')

const shop = {
  defaultLanguage: 'en',
  defaultZone: 'Asia',
  countries: [{ name: 'China', code: 'CN', zone: 'Asia' }],
  taxRates: [{ name: 'Standard', percentage: 13 }],
  shippingMethods: [{ name: 'Standard', price: 500 }],
  paymentMethods: [
    {
      name: 'At once',
      handler: { code: 'dummy-payment-handler', arguments: [{ name: 'automaticSettle', value: 'true' }] },
    },
  ],
  collections: [],
}
populate(() => bootstrap(configOf({ synchronize: true })), shop, path.join(__dirname, 'products.csv'))
  .then((app) => app.close())
  .then(
    () => process.exit(0),
    (error) => {
      console.error(error)
      process.exit(1)
    },
  )
