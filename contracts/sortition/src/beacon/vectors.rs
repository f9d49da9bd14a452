//! Published rounds of drand networks: of the League of Entropy's `default`,
//! `quicknet`, `fastnet` and test networks, as their HTTP interfaces answered
//! and as drand and independent verifiers publish them in their tests.

use cosmwasm_std::testing::MockApi;
use cosmwasm_std::to_hex;

use super::verify;
use crate::beacon::source::Scheme::{self, PedersenChained, UnchainedG1Rfc9380, UnchainedOnG1};

const DEFAULT: &str = "868f005eb8e6e4ca0a47c8a77ceaa5309a47978a7c71bc5cce96366b5d7a569937c529eeda66c7293784a9402801af31";
const TESTNET: &str = "922a2e93828ff83345bae533f5172669a26c02dc76d6bf59c80892e12ab1455c229211886f35bb56af6d5bea981024df";
const QUICKNET: &str = "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a";
const RFC: &str = "a1ee12542360bf75742bcade13d6134e7d5283d9eb782887c47d3d9725f05805d37b0106b7f744395bf82c175dd7434a169e998f188a657a030d588892c0cd2c01f996aaf331c4d8bc5b9734bbe261d09e7d2d39ef88b635077f262bd7bbb30f";
const FASTNET: &str = "a0b862a7527fee3a731bcb59280ab6abd62d5c0b6ea03dc4ddf6612fdfc9d01f01c31542541771903475eb1ec6615f8d0df0b8b6dce385811d6dcf8cbefb8759e5e616a3dfd054c928940766d9a5b9db91e3b697e5d70a975181e007f87fca5e";
const LOCAL: &str = "876f6fa8073736e22f6ff4badaab35c637503718f7a452d178ce69c45d2d8129a54ad2f988ab10c9666f87ab603c59bf013409a5b500555da31720f8eec294d9809b8796f40d5372c71a44ca61226f1eb978310392f98074a608747f77e66c5a";
const TESTNET_G: &str = "8f6e58c3dbc6d7e58e32baee6881fecc854161b4227c40b01ae7f0593cea964599648f91a0fa2d6b489a7fb0a552b959014007e05d0c069991be4d064bbe28275bd4c3a3cabf16c48f86f4566909dd6eb6d0e84fd6069c414562ca6abf5fdc13";
/// The group's seed: what stands for the signature before `default`'s first round.
const SEED: &str = "176f93498eac9ca337150b46d21dd58673ea4e3581185f869672e59fa4cb390a";
/// `default`'s first signature.
const FIRST: &str = "8d61d9100567de44682506aea1a7a6fa6e5491cd27a0a0ed349ef6910ac5ac20ff7bc3e09d7c046566c9f7f3c6f3b10104990e7cb424998203d8f7de586fb7fa5f60045417a432684f85093b06ca91c769f0e7ca19268375e659c2a2352b4655";

struct Vector {
    scheme: Scheme,
    key: &'static str,
    round: u64,
    signature: &'static str,
    previous: Option<&'static str>,
    /// The randomness, where it is published too.
    randomness: Option<&'static str>,
}

const fn unchained(
    scheme: Scheme,
    key: &'static str,
    round: u64,
    signature: &'static str,
    randomness: Option<&'static str>,
) -> Vector {
    Vector {
        scheme,
        key,
        round,
        signature,
        previous: None,
        randomness,
    }
}

const fn chained(
    key: &'static str,
    round: u64,
    signature: &'static str,
    previous: &'static str,
    randomness: Option<&'static str>,
) -> Vector {
    Vector {
        scheme: PedersenChained,
        key,
        round,
        signature,
        previous: Some(previous),
        randomness,
    }
}

const VECTORS: &[Vector] = &[
    chained(DEFAULT, 1, FIRST, SEED, None),
    chained(
        DEFAULT,
        72_785,
        "82f5d3d2de4db19d40a6980e8aa37842a0e55d1df06bd68bddc8d60002e8e959eb9cfa368b3c1b77d18f02a54fe047b80f0989315f83b12a74fd8679c4f12aae86eaf6ab5690b34f1fddd50ee3cc6f6cdf59e95526d5a5d82aaa84fa6f181e42",
        "a609e19a03c2fcc559e8dae14900aaefe517cb55c840f6e69bc8e4f66c8d18e8a609685d9917efbfb0c37f058c2de88f13d297c7e19e0ab24813079efe57a182554ff054c7638153f9b26a60e7111f71a0ff63d9571704905d3ca6df0b031747",
        Some("8b676484b5fb1f37f9ec5c413d7d29883504e5b669f604a1ce68b3388e9ae3d9"),
    ),
    chained(
        DEFAULT,
        162_810,
        "8aee2fb6c79704f54c164ee9fcab89a16e83f843e8d483ba7002c3aee222812263a2e9225ad2e32b80acefe1f066d3db17ebc4cd2a25e5f7975575c94316851113e674056b0eecb515a01ca62f7a370a5d6d26828dd02243041cab8d33ad4796",
        "ac27db9e31f65fed65130667dcb323ad2745fa5901f6f8b82f39e3707cd13150d9c25c412f02f32cc9561466d7abbec808a31899d4768d2429c3a83d21d41928399b9a6e1e74873069990210ee57c0bc049af5dc1ef0b1b394caade1d77f4c0d",
        Some("646c742faded02ebeb15fcb1c34314ed566381df59b90b28ba5af8b12b959c2d"),
    ),
    chained(
        DEFAULT,
        2_634_945,
        "814778ed1e480406beb43b74af71ce2f0373e0ea1bfdfea8f9ed62c876c20fcbc7f0163860e3da42ed2148756015f4551451898ffe06d384b4d002245025571b6b7a752f7158b40ad92b13b6d703ad31922a617f2c7f6d960b84d56cf1d79eef",
        "8bd96294383b4d1e04e736360bd7a487f9f409f1e7bd800b720656a310d577b3bdb1e1631af6c5782a1d8979c502f395036181eff4058960fc40bb7034cdae1991d3eda518ab204a077d2f7e724974cf87b407e549bd815cf0b8e5a3832f675d",
        None,
    ),
    chained(
        DEFAULT,
        3_311_596,
        "a696b9409ababce45749c3a4ec369074453dd4a79967734e1390d969c8ad8d98897d217b9121e92c8ddebbddda8d92f900e3bd6bf9deb166863b1a19390d743f82774001487594c5c09e581db7365f02b70a2c8cc41ce32446ef08e4890c4754",
        "8ed588f2a7716fb1349e2d9803da5db0005e98a83783c353d4a08f183236a9ad91d70ddb01266f4b7c576983db464b430e65680b9e0098552758afd6c1e6afcb77e3f62fe1b93d42d1cb63abbb2205512fe12fbf74ea9c5ac3b8f5c1e283a1d8",
        Some("647c07b2abbf7ff2afb4d670214f565e5cd9f9c91bfdcecb59a21f3c78d73920"),
    ),
    chained(
        TESTNET,
        3_361_396,
        "9904b4ec42e82cb42ad53f171cf0510a5eedff8b5e02e2db5a187489f7875307746998b9a6cf82130d291126d4b83cea1048c9b3f07a067e632c20391dc059d22d6a8e835f3980c8bd0183fb6df00a8fbbe6b8c9f61e888dfa76e12af4d4e355",
        "a2377f4e0403f0fd05f709a3292be1b2b59fe990a673ad7b7561b5bd5982b882a2378d36e39befb6ea3bb7aac113c50a18fb07aa4f9a59f95f1aaa7826dafbfcdbf22347c29996c294286fd11b402ad83edd83fa21fe6735fccb65785edbed47",
        None,
    ),
    unchained(
        UnchainedG1Rfc9380,
        QUICKNET,
        123,
        "b75c69d0b72a5d906e854e808ba7e2accb1542ac355ae486d591aa9d43765482e26cd02df835d3546d23c4b13e0dfc92",
        None,
    ),
    unchained(
        UnchainedG1Rfc9380,
        QUICKNET,
        657_413,
        "b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b",
        Some("fc1873a13f3545aeade8401532ef5519920652eee6b0d2b19ca12643b87b3587"),
    ),
    unchained(
        UnchainedG1Rfc9380,
        RFC,
        3,
        "b98dae74f6a9d2ec79d75ba273dcfda86a45d589412860eb4c0fd056b00654dbf667c1b6884987c9aee0d43f8ba9db52",
        Some("9e9829dfb34bd8db3e21c28e13aefecd86e007ebd19d6bb8a5cee99c0a34798f"),
    ),
    unchained(
        UnchainedG1Rfc9380,
        RFC,
        4,
        "962c2b2969e8f3351cf5cc457b04ecbf0c65bd79f4c1ee3bd0205f581368aaaa0cdeb1531a0709d39ef06a8ba1e1bb93",
        None,
    ),
    unchained(
        UnchainedG1Rfc9380,
        RFC,
        6,
        "a054dafb27a4a4fb9e06b17b30da3e0c7b13b4ca8e1dec3c6775f81758587029aa358523f2e7e62204018347db7cbd1c",
        None,
    ),
    unchained(
        UnchainedOnG1,
        LOCAL,
        3,
        "ac7c3ca14bc88bd014260f22dc016b4fe586f9313c3a549c83d195811a99a5d2d4999d4df6daec73ff51fafadd6d5bb5",
        None,
    ),
    unchained(
        UnchainedOnG1,
        FASTNET,
        1,
        "9544ddce2fdbe8688d6f5b4f98eed5d63eee3902e7e162050ac0f45905a55657714880adabe3c3096b92767d886567d0",
        None,
    ),
    unchained(
        UnchainedOnG1,
        FASTNET,
        2,
        "a050676d1a1b6ceedb5fb3281cdfe88695199971426ff003c0862460b3a72811328a07ecd53b7d57fc82bb67f35efaf1",
        None,
    ),
    unchained(
        UnchainedOnG1,
        FASTNET,
        23_456,
        "98401ef9833e75bf06fda3243e4fcf6d075d62b45c2a59d26df5d5fcbdfd0c14ee89fc035abd5528a8c25b68fbecae65",
        None,
    ),
    unchained(
        UnchainedOnG1,
        TESTNET_G,
        375_953,
        "a7fdfc9c5c31ba96011e89931668239daa368eaf2fbd03fafa38e0c336d0653d921f114b65ceb1a9ef781492d61e0d0a",
        None,
    ),
];

impl Vector {
    fn verify(&self) -> Result<[u8; 32], String> {
        verify(
            &MockApi::default(),
            self.scheme,
            self.key,
            self.round,
            self.signature,
            self.previous,
        )
        .map_err(|error| error.to_string())
    }
}

/// Another valid point of the same group.
fn other(vector: &Vector) -> &'static str {
    VECTORS
        .iter()
        .find(|other| {
            other.signature.len() == vector.signature.len() && other.signature != vector.signature
        })
        .expect("each group has several")
        .signature
}

#[test]
fn published_rounds_hold_and_give_the_published_randomness() {
    for vector in VECTORS {
        let value = vector.verify().expect("a published round");
        if let Some(randomness) = vector.randomness {
            assert_eq!(to_hex(value), randomness, "round {}", vector.round);
        }
    }
}

#[test]
fn a_published_signature_holds_for_no_other_round() {
    for vector in VECTORS {
        let wrong = Vector {
            round: vector.round + 1,
            ..*vector
        };
        let refused = wrong.verify().expect_err("another round");
        assert!(
            refused.starts_with("beacon signature refused: round="),
            "{refused}"
        );
    }
}

#[test]
fn another_valid_signature_is_refused() {
    for vector in VECTORS {
        let wrong = Vector {
            signature: other(vector),
            ..*vector
        };
        let refused = wrong.verify().expect_err("another signature");
        assert!(refused.contains("it is not this key's"), "{refused}");
    }
}

#[test]
fn a_signature_of_another_chain_is_refused() {
    for vector in VECTORS {
        let key = VECTORS
            .iter()
            .find(|other| other.key.len() == vector.key.len() && other.key != vector.key)
            .expect("several networks of each form")
            .key;
        let wrong = Vector { key, ..*vector };
        let refused = wrong.verify().expect_err("another network's key");
        assert!(refused.contains("it is not this key's"), "{refused}");
    }
    // quicknet's scheme differs from fastnet's only in the suite's name
    for vector in VECTORS
        .iter()
        .filter(|vector| vector.scheme != PedersenChained)
    {
        let scheme = match vector.scheme {
            UnchainedOnG1 => UnchainedG1Rfc9380,
            _ => UnchainedOnG1,
        };
        Vector { scheme, ..*vector }
            .verify()
            .expect_err("another scheme");
    }
}

#[test]
fn a_chained_round_holds_only_after_its_previous_signature() {
    let vector = &VECTORS[1];
    for (previous, why) in [
        (None, "needs the previous signature"),
        (Some(FIRST), "after that signature"),
        (Some(SEED), "the previous signature has another form"),
    ] {
        let wrong = Vector {
            previous,
            ..*vector
        };
        let refused = wrong.verify().expect_err("another previous signature");
        assert!(refused.contains(why), "{refused}");
    }
    let unchained = Vector {
        previous: Some(FIRST),
        ..VECTORS[6]
    };
    let refused = unchained.verify().expect_err("not chained");
    assert!(refused.contains("has no previous signature"), "{refused}");
}

#[test]
fn what_is_no_signature_is_refused_by_its_form() {
    let vector = &VECTORS[6];
    let upper: &'static str = vector.signature.to_uppercase().leak();
    let broken: &'static str = format!("00{}", &vector.signature[2..]).leak();
    let flipped: &'static str = format!("{}00", &vector.signature[..94]).leak();
    for (signature, why) in [
        ("", "48 bytes"),
        ("zz", "48 bytes"),
        (upper, "lower case"),
        (FIRST, "48 bytes"),
        (broken, "no point"),
        (flipped, "no point"),
    ] {
        let refused = Vector {
            signature,
            ..*vector
        }
        .verify()
        .expect_err(signature);
        assert!(refused.contains(why), "{signature}: {refused}");
    }
    // the neutral point signs nothing
    let neutral: &'static str = format!("c0{}", "0".repeat(94)).leak();
    Vector {
        signature: neutral,
        ..*vector
    }
    .verify()
    .expect_err("the neutral point");
}

#[test]
fn a_key_that_would_accept_anything_is_refused() {
    let neutral: &'static str = format!("c0{}", "0".repeat(190)).leak();
    let refused = Vector {
        key: neutral,
        ..VECTORS[6]
    }
    .verify()
    .expect_err("the neutral key");
    assert_eq!(
        refused,
        "beacon source invalid: public_key is the neutral point"
    );
    for key in [DEFAULT, "", "00"] {
        Vector { key, ..VECTORS[6] }.verify().expect_err(key);
    }
}
