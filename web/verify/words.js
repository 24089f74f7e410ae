/** What the page says, in both languages. */

/** @typedef {"zh"|"en"} Language */

/** @typedef {{zh: string, en: string}} Words */

export const WORDS = {
  title: { zh: "核验生存认证证明", en: "Check a certificate of life" },
  lead: { zh: "粘贴证明内容或二维码链接", en: "Paste the certificate, or the link of the QR code" },
  check: { zh: "核验", en: "Check" },
  file: { zh: "或选择证明文件", en: "or choose its file" },
  language: { zh: "English", en: "中文" },
  private: { zh: "核验在本机进行，证明内容不会发送到任何地方；打开过一次后，断网也能使用。", en: "It is checked on this device and sent nowhere; once opened, the page works without a network." },
  agency: { zh: "申请部门", en: "agency" },
  programme: { zh: "待遇项目", en: "programme" },
  request: { zh: "申请编号", en: "request" },
  proved: { zh: "认证日期", en: "seen alive on" },
  evidence: { zh: "认证方式", en: "evidence" },
  until: { zh: "有效期至", en: "valid until" },
  issuer: { zh: "签发单位", en: "issuer" },
  always: { zh: "长期", en: "no end" },
};

/** Colour, sign, what it is, what to do. */
export const VERDICTS = {
  valid: { tone: "good", sign: "✓", zh: ["有效", "签名、有效期、撤销状态均已核对。"], en: ["Valid", "Signature, dates and revocation were checked."] },
  tampered: { tone: "bad", sign: "✕", zh: ["被改动过", "签名与内容不符。请勿采信，并重新索取。"], en: ["Changed", "The signature does not fit the content. Do not accept it; ask for it again."] },
  revoked: { tone: "bad", sign: "✕", zh: ["已撤销", "请勿采信，原因请询县里。"], en: ["Revoked", "Do not accept it; the county says why."] },
  expired: { tone: "bad", sign: "✕", zh: ["已过期", "请重新认证。"], en: ["Expired", "Ask for a new proof."] },
  foreign: { tone: "bad", sign: "✕", zh: ["其他单位签发", "不是本县签发的证明。请到签发单位核验。"], en: ["Another issuer", "This county did not issue it. Check it with its issuer."] },
  unknown_key: { tone: "bad", sign: "✕", zh: ["密钥不明", "签名所用密钥不在本县公钥之中。请联网后重试；仍不通过则请勿采信。"], en: ["Unknown key", "It was not signed with a key of this county. Try again with a network; else do not accept it."] },
  key_retired: { tone: "bad", sign: "✕", zh: ["密钥已停用", "签名时该密钥已停用。请勿采信，并向县里核实。"], en: ["Retired key", "It was signed after its key had been retired. Do not accept it; ask the county."] },
  malformed: { tone: "bad", sign: "✕", zh: ["不是证明", "内容不完整或格式不符。请重新复制全部内容。"], en: ["Not a certificate", "It is incomplete or of another form. Copy all of it again."] },
  not_ours: { tone: "bad", sign: "✕", zh: ["不是生存认证证明", "签名有效，但内容不是生存认证。"], en: ["Not a proof of life", "It is signed, but it says something else."] },
  not_yet: { tone: "unsure", sign: "!", zh: ["尚未生效", "请检查本机时钟。"], en: ["Not yet valid", "Check the clock of this device."] },
  status_missing: { tone: "unsure", sign: "!", zh: ["未能核对是否撤销", "签名有效。请联网后再核验一次。"], en: ["Revocation not checked", "The signature holds. Check again with a network."] },
  status_stale: { tone: "unsure", sign: "!", zh: ["撤销信息过期", "签名有效。请联网后再核验一次。"], en: ["Revocation list too old", "The signature holds. Check again with a network."] },
  no_keys: { tone: "unsure", sign: "!", zh: ["尚无公钥", "请联网打开本页一次，之后断网也能核验。"], en: ["No public keys yet", "Open this page once with a network; then it works without."] },
  cannot: { tone: "unsure", sign: "!", zh: ["此浏览器无法核验", "浏览器不支持 Ed25519 签名，或本页不是通过 HTTPS 打开。请更新浏览器，或使用 onevisit certificate verify。"], en: ["This browser cannot check", "It lacks Ed25519, or the page was not opened by HTTPS. Update it, or use `onevisit certificate verify`."] },
};

/** @type {Record<string, Words>} */
export const VALUES = {
  hrss: { zh: "人社部门", en: "human resources and social security" },
  civil_affairs: { zh: "民政部门", en: "civil affairs" },
  health: { zh: "卫健部门", en: "health" },
  pension: { zh: "城乡居民养老保险", en: "residents' pension" },
  senior_subsidy: { zh: "高龄津贴", en: "senior subsidy" },
  family_planning: { zh: "计划生育家庭奖励扶助", en: "family-planning subsidy" },
  in_person_face: { zh: "当面认证（人脸）", en: "in person, by face" },
  in_person_witnessed: { zh: "当面认证（见证人）", en: "in person, by witnesses" },
  video_call: { zh: "视频通话", en: "video call" },
  self_capture: { zh: "本人自助采集", en: "filmed by the person" },
  data_trace: { zh: "数据比对", en: "trace in other data" },
};
