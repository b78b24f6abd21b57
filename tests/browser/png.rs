//! Pictures made smaller: a screen has few colors, so it is stored with a palette. Not responsible for taking them.
//!
//! Invariant: size and, up to 256 of them, colors are kept; what a browser does not write (interlaced pictures, sixteen
//! bits) stops the test.

use flate2::{Compression, Crc, read::ZlibDecoder, write::ZlibEncoder};
use std::{
    collections::HashMap,
    io::{Read, Write},
};

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
type Color = [u8; 3];

/// The same picture with a palette: of more than 256 colors the rare ones become the nearest frequent one.
pub fn shrunk(png: &[u8]) -> Vec<u8> {
    let (width, height, pixels) = read(png);
    let mut counts: HashMap<Color, usize> = HashMap::new();
    for pixel in &pixels {
        *counts.entry(*pixel).or_default() += 1;
    }
    let mut colors: Vec<(Color, usize)> = counts.into_iter().collect();
    colors.sort_by_key(|&(color, n)| (std::cmp::Reverse(n), color));
    let palette: Vec<Color> = colors.iter().take(256).map(|(color, _)| *color).collect();
    let places: HashMap<Color, u8> =
        colors.iter().map(|&(color, _)| (color, nearest(&palette, color))).collect();

    let mut lines = ZlibEncoder::new(Vec::new(), Compression::best());
    for line in pixels.chunks(width) {
        let indices: Vec<u8> = line.iter().map(|pixel| places[pixel]).collect();
        lines.write_all(&[0]).unwrap();
        lines.write_all(&indices).unwrap();
    }
    let size = |n: usize| u32::try_from(n).unwrap().to_be_bytes();
    // Eight bits, palette, and the one way of packing, of filters and of interlacing: none.
    let header = [&size(width)[..], &size(height), &[8, 3, 0, 0, 0]].concat();
    let mut out = SIGNATURE.to_vec();
    for (name, data) in [
        (b"IHDR", header),
        (b"PLTE", palette.concat()),
        (b"IDAT", lines.finish().unwrap()),
        (b"IEND", Vec::new()),
    ] {
        let mut crc = Crc::new();
        crc.update(name);
        crc.update(&data);
        out.extend(size(data.len()));
        out.extend(name);
        out.extend(data);
        out.extend(crc.sum().to_be_bytes());
    }
    out
}

fn nearest(palette: &[Color], color: Color) -> u8 {
    let distance = |other: &Color| -> u32 {
        other.iter().zip(color).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum()
    };
    let found = palette.iter().enumerate().min_by_key(|(_, other)| distance(other));
    u8::try_from(found.unwrap().0).unwrap()
}

/// Width, height and colors of a picture with three or four bytes a pixel; how opaque it is does not count.
fn read(png: &[u8]) -> (usize, usize, Vec<Color>) {
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap()) as usize;
    assert!(png.starts_with(SIGNATURE));
    let (width, height) = (number(16), number(20));
    let step = match &png[24..29] {
        [8, 2, 0, 0, 0] => 3,
        [8, 6, 0, 0, 0] => 4,
        other => panic!("a picture of another kind: {other:?}"),
    };
    let (mut at, mut packed) = (8, Vec::new());
    while at < png.len() {
        let length = number(at);
        if &png[at + 4..at + 8] == b"IDAT" {
            packed.extend(&png[at + 8..at + 8 + length]);
        }
        at += length + 12;
    }
    let mut bytes = Vec::new();
    ZlibDecoder::new(&packed[..]).read_to_end(&mut bytes).unwrap();
    let mut pixels = Vec::with_capacity(width * height);
    let mut above = vec![0; width * step];
    for filtered in bytes.chunks(width * step + 1) {
        let (filter, mut line) = (filtered[0], filtered[1..].to_vec());
        for i in 0..line.len() {
            let left = if i < step { 0 } else { line[i - step] };
            let corner = if i < step { 0 } else { above[i - step] };
            let guess = match filter {
                0 => 0,
                1 => left,
                2 => above[i],
                3 => u8::midpoint(left, above[i]),
                4 => paeth(left, above[i], corner),
                other => panic!("there is no filter {other}"),
            };
            line[i] = line[i].wrapping_add(guess);
        }
        pixels.extend(line.chunks(step).map(|pixel| [pixel[0], pixel[1], pixel[2]]));
        above = line;
    }
    assert_eq!(pixels.len(), width * height);
    (width, height, pixels)
}

/// Of left, above and above left the one nearest to left + above − corner.
fn paeth(left: u8, above: u8, corner: u8) -> u8 {
    let [a, b, c] = [left, above, corner].map(i16::from);
    let [from_left, from_above, from_corner] =
        [(b - c).abs(), (a - c).abs(), (a + b - 2 * c).abs()];
    if from_left <= from_above && from_left <= from_corner {
        left
    } else if from_above <= from_corner {
        above
    } else {
        corner
    }
}

#[test]
fn a_color_goes_to_the_nearest_one() {
    let palette = [[0, 0, 0], [255, 255, 255], [200, 0, 0]];
    assert_eq!(nearest(&palette, [250, 251, 252]), 1);
    assert_eq!(nearest(&palette, [180, 10, 10]), 2);
    assert_eq!(nearest(&palette, [0, 0, 0]), 0);
}

#[test]
fn the_nearest_neighbor_is_guessed_as_png_says() {
    assert_eq!(paeth(10, 20, 10), 20);
    assert_eq!(paeth(20, 10, 10), 20);
    assert_eq!(paeth(10, 10, 10), 10);
    assert_eq!(paeth(0, 100, 50), 50);
}
