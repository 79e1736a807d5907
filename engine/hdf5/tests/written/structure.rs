//! Groups, links and attributes.

use hdf5_metno::types::{FixedAscii, VarLenAscii, VarLenUnicode};
use hdf5_metno::{Datatype, File};
use zagg_hdf5::{AttributeValue, MemberKind};

use super::build::fill;
use super::styles;
use crate::support::{block_on, open};

/// Members of the large group.
pub(super) const MEMBERS: usize = 150;

/// A group so large that its members are not in its header.
pub(super) fn many_members(file: &File) {
    let group = file.create_group("many").unwrap();
    for member in 0..MEMBERS {
        let name = format!("member_{:03}_{}", (member * 37) % MEMBERS, "x".repeat(member % 40));
        let dataset = group.new_dataset::<i32>().shape(1).create(name.as_str()).unwrap();
        fill(&dataset, &[member as i32]);
    }
}

/// Attributes of all kinds on a group and a dataset, and links.
pub(super) fn small_structure(file: &File) {
    let group = file.create_group("structure/inner").unwrap();
    let dataset = group.new_dataset::<f32>().shape(4).create("values").unwrap();
    fill(&dataset, &[1.0_f32, -1.0, 2.0, -1.0]);
    dataset.new_attr::<f64>().create("_FillValue").unwrap().write_scalar(&-1.0_f64).unwrap();
    let units: FixedAscii<8> = FixedAscii::from_ascii("meters").unwrap();
    dataset.new_attr::<FixedAscii<8>>().create("units").unwrap().write_scalar(&units).unwrap();
    let name: VarLenUnicode = "height above ellipsoid \u{b1}".parse().unwrap();
    dataset.new_attr::<VarLenUnicode>().create("long_name").unwrap().write_scalar(&name).unwrap();
    for number in 0_i32..20 {
        let attribute = dataset.new_attr::<i32>().create(format!("number_{number:02}").as_str());
        attribute.unwrap().write_scalar(&number).unwrap();
    }
    let words: [VarLenAscii; 3] =
        ["one", "", "three"].map(|word| VarLenAscii::from_ascii(word).unwrap());
    let attribute = group.new_attr::<VarLenAscii>().shape(3).create("words").unwrap();
    attribute.write_raw(&words[..]).unwrap();
    let attribute = group.new_attr::<u64>().shape((2, 2)).create("square").unwrap();
    attribute.write_raw(&[1, 2, 3, u64::MAX][..]).unwrap();
    group.new_attr::<bool>().create("flag").unwrap().write_scalar(&true).unwrap();
    file.link_soft("/structure/inner", "structure/absolute").unwrap();
    file.link_soft("inner/values", "structure/relative").unwrap();
    file.link_soft("/structure/absolute/values", "structure/chain").unwrap();
    file.link_soft("loop_b", "structure/loop_a").unwrap();
    file.link_soft("loop_a", "structure/loop_b").unwrap();
    file.link_soft("nowhere", "structure/dangling").unwrap();
    file.link_hard("/structure/inner/values", "structure/hard").unwrap();
    file.link_external("other.h5", "/thing", "structure/external").unwrap();
    file.commit_datatype("structure/type", &Datatype::from_type::<i16>().unwrap()).unwrap();
    let committed = file.committed_datatype("structure/type").unwrap();
    let typed = file.new_dataset_builder().empty_as(&committed).shape(3).create("structure/typed");
    fill(&typed.unwrap(), &[1_i16, 2, 3]);
}

#[test]
fn members_links_and_attributes() {
    for style in styles() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("structure.h5");
        let file = style.create(&path);
        many_members(&file);
        small_structure(&file);
        let theirs = file.group("many").unwrap().member_names().unwrap();
        drop(file);
        block_on(async {
            let file = open(&path).await.unwrap();
            let mut members = file.members("/many").await.unwrap().unwrap();
            assert_eq!(members.len(), MEMBERS, "{}", style.name);
            assert!(members.iter().all(|member| member.kind == MemberKind::Dataset));
            members.retain(|member| !theirs.contains(&member.name));
            assert_eq!(members, [], "{}", style.name);
            assert_eq!(file.members("/nothing").await.unwrap(), None);
            assert_eq!(file.members("/structure/hard").await.unwrap(), None);
            check_members(&file).await;
            check_links(&file, style.name).await;
            check_attributes(&file).await;
        });
    }
}

async fn check_members(file: &zagg_hdf5::File) {
    let members = file.members("structure").await.unwrap().unwrap();
    let kind = |name: &str| {
        let member = members.iter().find(|member| member.name == name);
        member.map(|member| member.kind.clone())
    };
    assert_eq!(kind("inner"), Some(MemberKind::Group));
    assert_eq!(kind("hard"), Some(MemberKind::Dataset));
    assert_eq!(kind("type"), Some(MemberKind::Datatype));
    assert_eq!(kind("relative"), Some(MemberKind::SoftLink("inner/values".into())));
    assert_eq!(kind("external"), Some(MemberKind::ExternalLink("other.h5".into())));
    assert_eq!(members.len(), 11);
}

async fn check_links(file: &zagg_hdf5::File, name: &str) {
    let paths = ["relative", "chain", "absolute/values", "hard", "typed", "inner//./values"];
    let paths = paths.map(|path| format!("/structure/{path}"));
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let located = file.locate(&paths).await.unwrap();
    assert!(located.iter().all(Option::is_some), "{name}: {located:?}");
    let absent = ["/structure/dangling", "/structure/hard/deeper", "/structure/inner/absent"];
    let located = file.locate(&absent).await.unwrap();
    assert!(located.iter().all(Option::is_none), "{name}");
    let error = file.locate(&["/structure/loop_a"]).await.unwrap_err().to_string();
    assert!(error.contains("/structure/loop_a") && error.contains("soft links"), "{error}");
    let error = file.locate(&["/structure/external"]).await.unwrap_err();
    assert!(error.is_unsupported() && error.to_string().contains("other.h5"), "{error}");
    let error = file.locate(&["/structure/inner"]).await.unwrap_err().to_string();
    assert!(error.contains("found a group"), "{error}");
}

async fn check_attributes(file: &zagg_hdf5::File) {
    let located = file.locate(&["/structure/inner/values"]).await.unwrap();
    let values = located[0].as_ref().unwrap();
    assert_eq!(values.attributes().len(), 23);
    assert_eq!(values.attribute("units").unwrap().as_str(), Some("meters"));
    let name = values.attribute("long_name").unwrap().as_str();
    assert_eq!(name, Some("height above ellipsoid \u{b1}"));
    for number in 0..20 {
        let attribute = values.attribute(&format!("number_{number:02}"));
        assert_eq!(attribute.unwrap().as_i64(), Some(number));
    }
    assert_eq!(values.null_value(), Some(zagg_hdf5::Number::Float(-1.0)));
    let attributes = file.attributes("/structure/inner").await.unwrap().unwrap();
    let value = |name: &str| attributes.iter().find(|it| it.name == name).map(|it| &it.value);
    let words = ["one", "", "three"].map(str::to_owned).to_vec();
    assert_eq!(value("words"), Some(&AttributeValue::Strings(words)));
    let square = vec![1, 2, 3, u64::MAX.into()];
    assert_eq!(value("square"), Some(&AttributeValue::Ints(square)));
    assert_eq!(value("flag"), Some(&AttributeValue::Ints(vec![1])));
    assert_eq!(file.attributes("/structure/none").await.unwrap(), None);
}

/// An attribute too large for a heap block, among dense ones.
#[test]
fn large_attributes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.h5");
    let file = styles()[2].create(&path);
    let builder = file.new_dataset::<i32>().attr_phase_change(0, 0).shape(1);
    let dataset = builder.create("dataset").unwrap();
    let long: Vec<i32> = (0..5000).collect();
    for name in ["first", "second"] {
        let attribute = dataset.new_attr::<i32>().shape(5000).create(name).unwrap();
        attribute.write_raw(&long).unwrap();
    }
    let attribute = dataset.new_attr::<i32>().create("small").unwrap();
    attribute.write_scalar(&5).unwrap();
    drop((attribute, dataset, builder, file));
    block_on(async {
        let file = open(&path).await.unwrap();
        let located = file.locate(&["/dataset"]).await.unwrap();
        let dataset = located[0].as_ref().unwrap();
        let expected = AttributeValue::Ints(long.into_iter().map(Into::into).collect());
        assert_eq!(dataset.attribute("first"), Some(&expected));
        assert_eq!(dataset.attribute("second"), Some(&expected));
        assert_eq!(dataset.attribute("small").unwrap().as_i64(), Some(5));
    });
}
