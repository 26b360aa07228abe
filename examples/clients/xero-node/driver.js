// A driver for xero-node, the vendor's own client for Node: it answers the messages of docs/client-protocol.md.
'use strict'

const readline = require('node:readline')
const models = require('xero-node')
const { version } = require('xero-node/package.json')

const CAN = ['create', 'upsert', 'update', 'edit', 'get', 'find', 'list', 'pages']

// Each class of the client says which member of the API each of its properties is.
const properties = (type) => models[type]?.getAttributeTypeMap?.()
const items = (type) => /^Array<(.*)>$/.exec(type)?.[1]

// A value as callers of the client write it.
function model(value, type) {
  if (items(type)) return value.map((each) => model(each, items(type)))
  if (!properties(type)) return value
  const mine = properties(type).filter(({ baseName }) => baseName in value)
  return Object.fromEntries(mine.map(({ name, baseName, type: kind }) => [name, model(value[baseName], kind)]))
}

// What the client returned, in the words of the API.
function wire(value, type) {
  if (value === undefined || value === null) return value
  if (items(type)) return value.map((each) => wire(each, items(type)))
  if (!properties(type)) return value
  return Object.fromEntries(properties(type).map(({ name, baseName, type: kind }) => [baseName, wire(value[name], kind)]))
}

async function connect(ask) {
  const client = new models.XeroClient()
  client.setTokenSet({ access_token: ask.token, token_type: 'Bearer' })
  client.accountingApi.basePath = ask.base_url + '/api.xro/2.0'
  return { api: client.accountingApi, tenant: ask.tenant_id }
}

async function list({ api, tenant }, ask) {
  const since = ask.modified_since === undefined ? undefined : new Date(ask.modified_since)
  const { where, order, ids, page, archived, search, size } = ask
  return (await api.getContacts(tenant, since, where, order, ids, page, archived, undefined, search, size)).body.contacts
}

// All contacts, page by page, until a page is empty.
async function pages(client, ask) {
  const every = []
  for (let page = 1; ; page += 1) {
    const found = await list(client, { page, size: ask.size })
    if (!found?.length) return every
    every.push(...found)
  }
}

async function perform(client, ask) {
  const { api, tenant } = client
  const change = ask.contact && model(ask.contact, 'Contact')
  const contacts = ask.contacts && { contacts: model(ask.contacts, 'Array<Contact>') }
  if (ask.do === 'create') return (await api.createContacts(tenant, contacts)).body.contacts
  if (ask.do === 'upsert') return (await api.updateOrCreateContacts(tenant, contacts)).body.contacts
  if (ask.do === 'update') return (await api.updateContact(tenant, ask.id, { contacts: [change] })).body.contacts
  if (ask.do === 'get') return (await api.getContact(tenant, ask.id)).body.contacts
  if (ask.do === 'find') return (await api.getContactByContactNumber(tenant, ask.number)).body.contacts
  if (ask.do === 'pages') return pages(client, ask)
  if (ask.do === 'list') return list(client, ask)
  const [contact] = (await api.getContact(tenant, ask.id)).body.contacts
  return (await api.updateContact(tenant, ask.id, { contacts: [Object.assign(contact, change)] })).body.contacts
}

// The client rejects with a text that holds JSON, or with an error.
function raised(error) {
  const held = typeof error === 'string' ? JSON.parse(error) : error
  return { message: typeof error === 'string' ? error : String(error), status: held.response?.statusCode || null }
}

async function answer(ask, client) {
  try {
    return { contacts: wire(await perform(client, ask), 'Array<Contact>') ?? [] }
  } catch (error) {
    return { error: raised(error) }
  }
}

async function main() {
  let client
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const ask = JSON.parse(line)
    let said
    if (ask.do !== 'hello') said = await answer(ask, client)
    else if (ask.format !== 'json') said = { unsupported: 'xero-node speaks JSON only' }
    else {
      client = await connect(ask)
      said = { can: CAN, client: { name: 'xero-node', version } }
    }
    process.stdout.write(JSON.stringify({ message: ask.message, ...said }) + '\n')
  }
}

main()
