// A driver for xero-node, the vendor's own client for Node: it answers the messages of docs/client-protocol.md.
'use strict'

const readline = require('node:readline')
const models = require('xero-node')
const { version } = require('xero-node/package.json')

const CAN = ['create', 'upsert', 'update', 'edit', 'get', 'find', 'list', 'pages']

// A value with its members called as the client calls them, or back again as the API does: its classes know both.
function renamed(value, type, from, to) {
  const item = /^Array<(.*)>$/.exec(type)?.[1]
  if (item) return value?.map((each) => renamed(each, item, from, to))
  const members = models[type]?.getAttributeTypeMap?.()
  if (!members || !value) return value
  const set = members.filter((each) => value[each[from]] !== undefined)
  return Object.fromEntries(set.map((each) => [each[to], renamed(value[each[from]], each.type, from, to)]))
}
const model = (value, type) => renamed(value, type, 'baseName', 'name')
const wire = (value, type) => renamed(value, type, 'name', 'baseName')

function connect(ask) {
  const client = new models.XeroClient()
  client.setTokenSet({ access_token: ask.token, token_type: 'Bearer' })
  client.accountingApi.basePath = ask.base_url + '/api.xro/2.0'
  return client.accountingApi
}

function list(api, tenant, { modified_since: since, where, order, ids, page, archived, search, size }) {
  return api.getContacts(tenant, since && new Date(since), where, order, ids, page, archived, undefined, search, size)
}

async function pages(api, tenant, { size }) {
  const every = []
  for (let page = 1; ; page += 1) {
    const found = await list(api, tenant, { page, size })
    if (!found.body.contacts?.length) return { body: { contacts: every } }
    every.push(...found.body.contacts)
  }
}

async function edit(api, tenant, { id, contact }) {
  const [known] = (await api.getContact(tenant, id)).body.contacts
  return api.updateContact(tenant, id, { contacts: [Object.assign(known, model(contact, 'Contact'))] })
}

function perform(api, tenant, ask) {
  const contacts = model(ask.contacts ?? (ask.contact && [ask.contact]), 'Array<Contact>')
  if (ask.do === 'create') return api.createContacts(tenant, { contacts })
  if (ask.do === 'upsert') return api.updateOrCreateContacts(tenant, { contacts })
  if (ask.do === 'update') return api.updateContact(tenant, ask.id, { contacts })
  if (ask.do === 'get') return api.getContact(tenant, ask.id)
  if (ask.do === 'find') return api.getContactByContactNumber(tenant, ask.number)
  return { edit, list, pages }[ask.do](api, tenant, ask)
}

// The client rejects with a text that holds JSON.
function raised(error) {
  if (typeof error !== 'string') return { message: String(error) }
  return { message: error, status: JSON.parse(error).response?.statusCode || null }
}

async function main() {
  let api, tenant
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const ask = JSON.parse(line)
    let said = { unsupported: 'xero-node speaks JSON only' }
    if (ask.do !== 'hello') {
      const done = Promise.resolve().then(() => perform(api, tenant, ask))
      said = await done.then(
        ({ body }) => ({ contacts: wire(body.contacts, 'Array<Contact>') ?? [] }),
        (error) => ({ error: raised(error) }),
      )
    } else if (ask.format === 'json') {
      ;[api, tenant] = [connect(ask), ask.tenant_id]
      said = { can: CAN, client: { name: 'xero-node', version } }
    }
    process.stdout.write(JSON.stringify({ message: ask.message, ...said }) + '\n')
  }
}

main()
