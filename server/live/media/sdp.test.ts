import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ProtocolError } from './protocol-error.ts'
import { offerBytesMax, readOffer, withPublicAddress } from './sdp.ts'

/** What Chromium offers for one camera and one microphone, shortened in the lists of codecs alone. */
const chromiumOffer = [
  'v=0',
  'o=- 4611731400430051336 2 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0 1',
  'a=extmap-allow-mixed',
  'a=msid-semantic: WMS stream',
  'm=video 9 UDP/TLS/RTP/SAVPF 96 97 102 103 106 107 127',
  'c=IN IP4 0.0.0.0',
  'a=rtcp:9 IN IP4 0.0.0.0',
  'a=candidate:1 1 udp 2113937151 192.168.1.7 54321 typ host',
  'a=ice-ufrag:abcd',
  'a=ice-pwd:0123456789012345678901',
  'a=ice-options:trickle',
  'a=fingerprint:sha-256 AA:BB',
  'a=setup:actpass',
  'a=mid:0',
  'a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'a=sendonly',
  'a=msid:stream track',
  'a=rtcp-mux',
  'a=rtcp-rsize',
  'a=rtpmap:96 VP8/90000',
  'a=rtcp-fb:96 transport-cc',
  'a=rtpmap:97 rtx/90000',
  'a=fmtp:97 apt=96',
  'a=rtpmap:102 H264/90000',
  'a=rtcp-fb:102 goog-remb',
  'a=rtcp-fb:102 transport-cc',
  'a=rtcp-fb:102 nack pli',
  'a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=4d001f',
  'a=rtpmap:103 H264/90000',
  'a=fmtp:103 level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f',
  'a=rtpmap:106 H264/90000',
  'a=rtcp-fb:106 nack',
  'a=rtcp-fb:106 nack pli',
  'a=rtcp-fb:106 transport-cc',
  'a=fmtp:106 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f',
  'a=rtpmap:107 rtx/90000',
  'a=fmtp:107 apt=106',
  'a=rtpmap:127 H265/90000',
  'a=ssrc-group:FID 1 2',
  'a=ssrc:1 cname:x',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111 0',
  'c=IN IP4 0.0.0.0',
  'a=mid:1',
  'a=sendonly',
  'a=rtpmap:111 opus/48000/2',
  'a=rtcp-fb:111 transport-cc',
  'a=fmtp:111 minptime=10;useinbandfec=1',
  'a=rtpmap:0 PCMU/8000',
].join('\r\n')

test('an offer is cut down to one H.264 that needs no transcoding, and Opus', () => {
  const { sdp, video, audio } = readOffer(`${chromiumOffer}\r\n`)
  expect(video).toEqual({ mid: '0', payloadType: 106, direction: 'sendonly' })
  expect(audio).toEqual({ mid: '1', payloadType: 111, direction: 'sendonly' })
  expect(sdp).toContain('m=video 9 UDP/TLS/RTP/SAVPF 106\r\n')
  expect(sdp).toContain('a=rtcp-fb:106 nack pli')
  expect(sdp).toContain('a=ssrc:1 cname:x')
  for (const gone of ['VP8', 'rtx', 'H265', 'PCMU', 'profile-level-id=4d001f']) expect(sdp).not.toContain(gone)
})

test('nothing is left of transport-wide feedback, which nobody here serves', () => {
  const { sdp } = readOffer(chromiumOffer)
  expect(sdp).not.toContain('transport-cc')
  expect(sdp).not.toContain('extmap')
  expect(sdp).not.toContain('ssrc-group')
})

test('candidates of the asker are left out: nobody makes us knock at addresses of his choice', () => {
  expect(readOffer(chromiumOffer).sdp).not.toContain('candidate')
})

test('what cannot be answered is refused: no H.264, no picture, two pictures, data, no text at all', () => {
  const without = (pattern: RegExp) =>
    chromiumOffer
      .split('\r\n')
      .filter((line) => !pattern.test(line))
      .join('\r\n')
  expect(() => readOffer(without(/H264/))).toThrow('codec_unsupported')
  expect(() => readOffer(chromiumOffer.slice(0, chromiumOffer.indexOf('m=video')))).toThrow('no picture')
  const picture = chromiumOffer.slice(chromiumOffer.indexOf('m=video'), chromiumOffer.indexOf('m=audio'))
  expect(() => readOffer(`${chromiumOffer}\r\n${picture}`)).toThrow('one picture')
  expect(() => readOffer(`${chromiumOffer}\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel`)).toThrow(
    'nothing else',
  )
  expect(() => readOffer('{}')).toThrow('not an offer')
  expect(() => readOffer(`v=0\r\n${'a=x\r\n'.repeat(offerBytesMax)}`)).toThrow('too long')
  expect(() => readOffer('v=0\r\na=\u0000')).toThrow('not readable')
})

test('whatever is changed in an offer, it is read or refused', () => {
  const lines = chromiumOffer.split('\r\n')
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(lines.length - 1), fc.string({ maxLength: 30 })), { maxLength: 6 }),
      (edits) => {
        const changed = [...lines]
        for (const [at, text] of edits) changed[at] = `${(changed[at] ?? '').slice(0, 12)}${text}`
        try {
          readOffer(changed.join('\r\n'))
        } catch (fault) {
          expect(fault).toBeInstanceOf(ProtocolError)
        }
      },
    ),
    { numRuns: 1_000 },
  )
})

test('behind a translated address the answer names the public one beside its own', () => {
  const answer = 'v=0\r\na=candidate:1 1 UDP 2122317823 10.0.0.5 8189 typ host\r\na=end-of-candidates\r\n'
  expect(withPublicAddress(answer, null)).toBe(answer)
  expect(withPublicAddress(answer, '203.0.113.9')).toBe(
    'v=0\r\na=candidate:1 1 UDP 2122317823 10.0.0.5 8189 typ host\r\na=candidate:11 1 UDP 2122317823 203.0.113.9 8189 typ host\r\na=end-of-candidates\r\n',
  )
})
