package dev.metaops.contract;

import dev.metaops.chain.Hash;

/** Where proxies keep the address they delegate to, or who may change it. */
public enum ProxySlot {
  /** EIP-1967: keccak256("eip1967.proxy.implementation") - 1. */
  IMPLEMENTATION("0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc"),
  /** EIP-1967: keccak256("eip1967.proxy.beacon") - 1; the beacon knows the implementation. */
  BEACON("0xa3f0ad74e5423aebfd80d3ef4346578335a9a72aeaee59ff6cb3582b35133d50"),
  /** EIP-1967: keccak256("eip1967.proxy.admin") - 1. */
  ADMIN("0xb53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103"),
  /** EIP-1822: keccak256("PROXIABLE"). */
  PROXIABLE("0xc5f16f0fcc639fa48a6947836d9850f504798523bf8c9a3a87d5876cf622bcf7"),
  /** Before EIP-1967, still in use: keccak256("org.zeppelinos.proxy.implementation"). */
  ZEPPELIN("0x7050c9e0f4ca769c69bd3a8ef740bc37934f8e2c036e5a723fd8ee048ed3f8c3");

  private final String slot;

  ProxySlot(String slot) {
    this.slot = slot;
  }

  public Hash slot() {
    return new Hash(slot);
  }
}
