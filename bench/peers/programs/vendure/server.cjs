const { bootstrap } = require('@vendure/core')
const { configOf } = require('./config.cjs')

bootstrap(configOf()).catch((error) => {
  console.error(error)
  process.exit(1)
})
