// One region, one way to ship, one way to pay, and two goods: of one there is plenty, of the other there are 100. What a
// shop's page would know about them goes into seed.json.
const { writeFileSync } = require('node:fs')
const { ContainerRegistrationKeys, Modules } = require('@medusajs/framework/utils')
const flows = require('@medusajs/medusa/core-flows')

module.exports.default = async function seed({ container }) {
  const run = async (workflow, input) => (await workflow(container).run({ input })).result
  const link = container.resolve(ContainerRegistrationKeys.LINK)
  const query = container.resolve(ContainerRegistrationKeys.QUERY)
  const [store] = await container.resolve(Modules.STORE).listStores()

  const [channel] = await run(flows.createSalesChannelsWorkflow, { salesChannelsData: [{ name: 'Web' }] })
  await run(flows.updateStoresWorkflow, {
    selector: { id: store.id },
    update: {
      supported_currencies: [{ currency_code: 'cny', is_default: true }],
      default_sales_channel_id: channel.id,
    },
  })
  const [region] = await run(flows.createRegionsWorkflow, {
    regions: [{ name: 'China', currency_code: 'cny', countries: ['cn'], payment_providers: ['pp_system_default'] }],
  })
  await run(flows.createTaxRegionsWorkflow, [
    { country_code: 'cn', provider_id: 'tp_system', default_tax_rate: { name: 'VAT', code: 'vat', rate: 13 } },
  ])
  const [location] = await run(flows.createStockLocationsWorkflow, {
    locations: [{ name: 'Main', address: { city: 'Hangzhou', country_code: 'CN', address_1: '' } }],
  })
  const at = { [Modules.STOCK_LOCATION]: { stock_location_id: location.id } }
  await link.create({ ...at, [Modules.FULFILLMENT]: { fulfillment_provider_id: 'manual_manual' } })
  const [profile] = await run(flows.createShippingProfilesWorkflow, { data: [{ name: 'Default', type: 'default' }] })
  const set = await container.resolve(Modules.FULFILLMENT).createFulfillmentSets({
    name: 'Delivery',
    type: 'shipping',
    service_zones: [{ name: 'China', geo_zones: [{ country_code: 'cn', type: 'country' }] }],
  })
  await link.create({ ...at, [Modules.FULFILLMENT]: { fulfillment_set_id: set.id } })
  const [option] = await run(flows.createShippingOptionsWorkflow, [
    {
      name: 'Standard',
      price_type: 'flat',
      provider_id: 'manual_manual',
      service_zone_id: set.service_zones[0].id,
      shipping_profile_id: profile.id,
      type: { label: 'Standard', description: '2-3 days', code: 'standard' },
      prices: [{ currency_code: 'cny', amount: 5 }],
      rules: [
        { attribute: 'enabled_in_store', value: 'true', operator: 'eq' },
        { attribute: 'is_return', value: 'false', operator: 'eq' },
      ],
    },
  ])
  await run(flows.linkSalesChannelsToStockLocationWorkflow, { id: location.id, add: [channel.id] })
  const [key] = await run(flows.createApiKeysWorkflow, {
    api_keys: [{ title: 'Web', type: 'publishable', created_by: '' }],
  })
  await run(flows.linkSalesChannelsToApiKeyWorkflow, { id: key.id, add: [channel.id] })

  const product = (title) => ({
    title,
    handle: title.toLowerCase(),
    status: 'published',
    shipping_profile_id: profile.id,
    options: [{ title: 'Size', values: ['One'] }],
    variants: [
      {
        title: 'One',
        sku: title.toUpperCase(),
        options: { Size: 'One' },
        manage_inventory: true,
        prices: [{ amount: 199, currency_code: 'cny' }],
      },
    ],
    sales_channels: [{ id: channel.id }],
  })
  const products = await run(flows.createProductsWorkflow, { products: [product('Plenty'), product('Few')] })
  const { data: items } = await query.graph({ entity: 'inventory_item', fields: ['id', 'sku'] })
  const level = (sku, units) => ({
    location_id: location.id,
    inventory_item_id: items.find((item) => item.sku === sku).id,
    stocked_quantity: units,
  })
  await run(flows.createInventoryLevelsWorkflow, {
    inventory_levels: [level('PLENTY', 100_000_000), level('FEW', 100)],
  })
  const variantOf = (handle) => products.find((each) => each.handle === handle).variants[0].id
  const known = {
    key: key.token,
    region: region.id,
    option: option.id,
    plenty: variantOf('plenty'),
    few: variantOf('few'),
  }
  writeFileSync('seed.json', JSON.stringify(known))
}
