// A server that tells what happened, through Segment's client for Node.
import { Analytics } from '@segment/analytics-node'

const [writeKey, host] = process.argv.slice(2)
const analytics = new Analytics({ writeKey, host, flushAt: 4, maxRetries: 1 })
analytics.on('error', (error) => {
  console.error(error)
  process.exitCode = 1
})

// A client's clock is corrected by when its request arrives: calls of one instant in two requests may change places.
const aMoment = () => new Promise((resume) => setTimeout(resume, 400))

const context = { groupId: 'acme' }
analytics.page({ anonymousId: 'visitor', name: 'Pricing', properties: { path: '/pricing' } })
analytics.identify({
  userId: 'ada',
  anonymousId: 'visitor',
  traits: { email: 'ada@acme.test', plan: 'free', createdAt: new Date('2026-03-01T09:00:00Z') },
})
analytics.track({ userId: 'ada', event: 'Signed Up', properties: { plan: 'free', seats: 3.0, price: 9.5 } })
analytics.group({ userId: 'ada', groupId: 'acme', traits: { name: 'Acme', employees: 40 } })
await aMoment()
analytics.track({ userId: 'ada', event: 'Board Created', properties: { template: 'retro' }, context })
analytics.track({ userId: 'ada', event: 'Board Created', properties: { template: '회고' }, context })
analytics.screen({ userId: 'ada', name: 'Board' })
await aMoment()
analytics.track({ userId: 'benjamin', event: 'Signed Up', properties: { plan: 'free' } })
analytics.group({ userId: 'ben', groupId: 'acme', traits: { employees: 41 } })
analytics.alias({ previousId: 'benjamin', userId: 'ben' })
await analytics.closeAndFlush()
