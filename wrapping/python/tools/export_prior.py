#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Turns a PyTorch checkpoint of a supported U-Net family into a model file of Tweedie: the tensors under their own
names, a card, and golden pairs that the family's own Python package computed, which "tweedie info" re-runs.

    export_prior.py unet.pt --family diffusers --config config.json --schedule scheduler_config.json \\
        --data-offset 0.5 --data-scale 0.5 --name brain --licence MIT --output brain.safetensors

What the network sees is (image - offset)/scale; 1.0 of an image is what --units says. Needs torch and numpy, and the
package of the family for the golden pairs. Checkpoints are read as data (weights_only), never as code."""

import argparse
import importlib
import json
import math
import os
import sys

import numpy as np
import torch

import prior_file
from prior_families import FAMILIES, Unsupported

VERSION = 1  # of the card
GOLDEN_LEVELS = 8
EMA_KEYS = ("ema", "ema_state_dict", "model_ema", "ema_model", "state_dict_ema")
PLAIN_KEYS = ("state_dict", "model_state_dict", "model", "unet", "net")
NEVER_WEIGHTS = ("alphas_cumprod", "sqrt_alphas_cumprod", "sqrt_1m_alphas_cumprod", "betas")
MOST_BETA = 0.999  # Nichol and Dhariwal 2021


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("checkpoint", help=".safetensors, .pt, .pth, .ckpt or .bin, or a folder of diffusers")
    add("--family", required=True, choices=list(FAMILIES))
    add("--config", help="JSON of the network's arguments, as its package spells them (in a folder: config.json)")
    add("--output", required=True, help="model file to write (.safetensors)")
    add("--overwrite", action="store_true")
    add("--weights", help="entry of the checkpoint that holds the tensors, a.b.c (default: an EMA, where there is one)")
    add("--prefix", help="beginning of the names of the network's tensors, to be cut off")
    add("--half", action="store_true", help="weights in half precision; the golden pairs are those of the rounded ones")
    group = parser.add_argument_group("what the network returns")
    add = group.add_argument
    add("--prediction", help="eps, v, x0, edm, vp or ve (default: of the family, or of --schedule)")
    add("--schedule", help="linear, scaled_linear, cosine, or a scheduler_config.json, or JSON with alphas_cumprod "
        "(default: of the configuration or the pipeline's folder; linear)")
    add("--steps", type=int, help="of the schedule (default: 1000)")
    add("--beta-start", type=float, help="(default: 1e-4)")
    add("--beta-end", type=float, help="(default: 0.02)")
    add("--sigma-data", type=float, default=0.5, help="of edm, in the network's units")
    add("--sigma-minimum", type=float, help="in units of images (default: of the schedule; 0.002 SCALE)")
    add("--sigma-maximum", type=float, help="likewise (default: of the schedule; 80 SCALE)")
    group = parser.add_argument_group("images")
    add = group.add_argument
    add("--data-offset", type=float, default=0.0, help="the network sees (image - OFFSET)/SCALE (default: 0)")
    add("--data-scale", type=float, default=1.0, help="0.5, with offset 0.5, for networks that see -1 to 1 (default: 1)")
    add("--prior-variance", type=float, help="mean variance of a channel of the images (default: (SIGMA_DATA SCALE)^2)")
    add("--size", default="", help="Y,X of training, pixels (default: sample_size or image_size of the configuration)")
    add("--spacing", default="1,1", help="Y,X of training, mm (default: %(default)s)")
    add("--units", default="1 = 99.9th percentile of the magnitude", help="what 1.0 of an image means")
    add("--hounsfield-at-one", type=float, help="CT: Hounsfield units of 1, where 0 is -1000")
    add("--channels", default="", help="names (default: magnitude; real,imaginary; red,green,blue)")
    add("--orientation", default="", help="where x and y of training images lead, as LP")
    group = parser.add_argument_group("card")
    add = group.add_argument
    add("--name", required=True)
    add("--description", default="")
    add("--licence", required=True, help="of the weights")
    add("--training-data", default="unknown")
    add("--training-data-licence", default="unknown")
    add("--held-out", default="unknown")
    group = parser.add_argument_group("golden pairs")
    add = group.add_argument
    add("--reference", help="MODULE:CALLABLE that makes the network of the configuration's entries, instead of the "
        "family's package")
    add("--golden-size", type=int, default=48, help="pixels a side, at least (default: %(default)s)")
    add("--no-golden", action="store_true", help="none; nothing proves then that the file computes what the package does")
    return parser.parse_args(arguments)


def read_json(path):
    try:
        with open(path, encoding="utf-8") as stream:
            found = json.load(stream)
    except (OSError, ValueError) as error:
        raise Unsupported(f"{path}: {error}; JSON required") from error
    if not isinstance(found, dict):
        raise Unsupported(f"{path}: not a JSON object; one required")
    return found


def find_folder(path):
    """(tensors, configuration, schedule or None) of a folder of diffusers, of a pipeline or of its unet."""
    schedule = os.path.join(path, "scheduler", "scheduler_config.json")
    for folder in (path, os.path.join(path, "unet")):
        config = os.path.join(folder, "config.json")
        for name in ("diffusion_pytorch_model.safetensors", "diffusion_pytorch_model.bin"):
            if os.path.exists(config) and os.path.exists(os.path.join(folder, name)):
                return os.path.join(folder, name), config, schedule if os.path.exists(schedule) else None
    raise Unsupported(f"{path}: no config.json beside diffusion_pytorch_model.safetensors or .bin; both required")


def load(path):
    if path.endswith(".safetensors"):
        try:
            load_file = importlib.import_module("safetensors.torch").load_file
        except ImportError as error:
            raise Unsupported(f"{path}: {error}; the package safetensors required") from error
        return load_file(path)
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except OSError as error:
        raise Unsupported(f"{path}: {error.strerror}; a checkpoint required") from error
    except Exception as error:  # whatever unpickling meets
        raise Unsupported(f"{path}: more than tensors, lists and dicts in it, or none; a state_dict saved by torch.save "
                          "required") from error


def is_weights(entry):
    return isinstance(entry, dict) and bool(entry) and any(torch.is_tensor(value) for value in entry.values())


def select(found, key):
    """The dict of tensors of a checkpoint, and where it was."""
    if key:
        for part in key.split("."):
            if not isinstance(found, dict) or part not in found:
                raise Unsupported(f"--weights {key}: no '{part}' in the checkpoint")
            found = found[part]
        where = key
    else:
        present = [k for k in EMA_KEYS + PLAIN_KEYS if isinstance(found, dict) and is_weights(found.get(k))]
        where = present[0] if present else ""
        found = found[where] if where else found
    if not is_weights(found):
        raise Unsupported("the checkpoint holds no tensors there; --weights naming an entry of tensors required")
    return {name: value for name, value in found.items() if torch.is_tensor(value)}, where


def cut(weights, prefix):
    if prefix:
        kept = {name[len(prefix):]: value for name, value in weights.items() if name.startswith(prefix)}
        if not kept:
            raise Unsupported(f"--prefix {prefix}: no tensor begins so; '{next(iter(weights))}' for example")
        return kept
    for common in ("module.", "_orig_mod.", "model."):
        if all(name.startswith(common) for name in weights):
            weights = {name[len(common):]: value for name, value in weights.items()}
    return weights


def betas_of(kind, steps, start, end):
    if kind in ("linear", "linear_beta"):
        return np.linspace(start, end, steps)
    if kind in ("scaled_linear", "scaled_linear_beta"):
        return np.linspace(math.sqrt(start), math.sqrt(end), steps) ** 2
    if kind in ("cosine", "squaredcos_cap_v2"):
        level = np.cos((np.arange(steps + 1) / steps + 0.008) / 1.008 * math.pi / 2.0) ** 2
        return np.minimum(1.0 - level[1:] / level[:-1], MOST_BETA)
    raise Unsupported(f"--schedule {kind}: linear, scaled_linear, cosine or a JSON file required")


def schedule_of(options, named):
    """(alphas_cumprod, prediction that the schedule's file names or None); named: of the configuration."""
    default = named if named and not options.schedule else ("linear", 1000, 1e-4, 0.02)
    kind, *given = options.schedule or default[0], options.steps, options.beta_start, options.beta_end
    steps, start, end = (there if here is None else here for here, there in zip(given, default[1:]))
    if not kind.endswith(".json"):
        return np.cumprod(1.0 - betas_of(kind, steps, start, end)), None
    config = read_json(kind)
    names = {"epsilon": "eps", "v_prediction": "v", "sample": "x0", None: None}
    prediction = config.get("prediction_type")
    if prediction not in names:
        raise Unsupported(f"{kind}: prediction_type '{prediction}'; epsilon, v_prediction or sample required")
    if config.get("rescale_betas_zero_snr"):
        raise Unsupported(f"{kind}: rescale_betas_zero_snr; a last step with some signal required")
    if "alphas_cumprod" in config:
        return np.asarray(config["alphas_cumprod"], np.float64), names[prediction]
    betas = config.get("trained_betas")
    if betas is None:
        betas = betas_of(config.get("beta_schedule", "linear"), config.get("num_train_timesteps", steps),
                         config.get("beta_start", start), config.get("beta_end", end))
    return np.cumprod(1.0 - np.asarray(betas, np.float64)), names[prediction]


def scalings(prediction, sigma, sigma_data, schedule):
    """(skip, out, in, label) of D(x, s) = skip x + out F(in x, label), in the network's units."""
    s, one = sigma, np.ones_like(sigma)
    shrink = 1.0 / np.sqrt(1.0 + s * s)
    if prediction == "edm":
        total = s * s + sigma_data**2
        return sigma_data**2 / total, s * sigma_data / np.sqrt(total), 1.0 / np.sqrt(total), np.log(s) / 4.0
    if prediction == "vp":
        time = (np.sqrt(0.1**2 + 2.0 * 19.9 * np.log1p(s * s)) - 0.1) / 19.9
        return one, -s, shrink, 999.0 * time
    if prediction == "ve":
        return one, s, one, np.log(0.5 * s)
    levels = 0.5 * np.log((1.0 - schedule) / schedule)
    step = np.interp(np.log(s), levels, np.arange(len(levels)))
    return {"eps": (one, -s, shrink, step), "v": (shrink**2, -s * shrink, shrink, step),
            "x0": (0.0 * one, one, shrink, step)}[prediction]


def golden(network, family, card, schedule, multiple, pixels):
    """Inputs, levels and outputs of D in units of images; a size that has to be extended, as Tweedie does."""
    low, high = card["sigma-minimum"], card["sigma-maximum"]
    sigma = np.geomspace(low, high, GOLDEN_LEVELS).astype(np.float32)
    side = max(1, -(-pixels // multiple)) * multiple
    shape = (GOLDEN_LEVELS, len(card["channels"]), side, side - min(2, multiple - 1))
    offset, scale = card["data-offset"], card["data-scale"]
    spread = np.sqrt(sigma.astype(np.float64) ** 2 + card["prior-variance"])[:, None, None, None]
    x = (offset + spread * np.random.default_rng(1).standard_normal(shape)).astype(np.float32)
    inside = (x.astype(np.float64) - offset) / scale
    factors = scalings(card["parametrisation"], sigma.astype(np.float64) / scale, card["sigma-data"], schedule)
    skip, out, into, label = (value.astype(np.float64) for value in factors)
    seen = torch.from_numpy((inside * into[:, None, None, None]).astype(np.float32))
    seen = torch.nn.functional.pad(seen, (0, side - shape[3], 0, 0), mode="reflect") if side > shape[3] else seen
    with torch.no_grad():
        raw = family.call(network, seen, torch.from_numpy(label.astype(np.float32))).double().numpy()
    raw = raw[:, :shape[1], :, :shape[3]]
    denoised = offset + scale * (inside * skip[:, None, None, None] + raw * out[:, None, None, None])
    if not np.isfinite(denoised).all():
        raise Unsupported("the network returns values that are not finite; finite weights required")
    return {"golden.sigma": sigma, "golden.x": x, "golden.denoised": denoised.astype(np.float32)}


def build_reference(options, family, config, weights):
    if options.reference:
        module, _, name = options.reference.partition(":")
        network = getattr(importlib.import_module(module), name)(**config)
    else:
        try:
            network = family.build(config)
        except ImportError as error:
            raise Unsupported(f"golden pairs: {error}; the package {family.package}, --reference or --no-golden "
                              "required") from error
    known = set(network.state_dict())
    weights = {family.restore(name, known): value for name, value in weights.items()}
    try:
        missing, unexpected = network.load_state_dict(weights, strict=False)
    except RuntimeError as error:
        raise Unsupported(f"the checkpoint does not fit the configuration: {str(error).splitlines()[-1].strip()}") from error
    missing = [name for name in missing if name not in NEVER_WEIGHTS and not name.endswith("resample_filter")
               and family.rename(name, config)]
    if missing or unexpected:
        name, what = (missing[0], "lacks") if missing else (unexpected[0], "has the unexpected")
        raise Unsupported(f"the checkpoint {what} tensor '{name}'; required those of the configuration")
    return network.eval()


def numbers(text, option):
    try:
        values = [float(part) for part in text.split(",")]
    except ValueError:
        values = []
    if len(values) != 2 or not all(value > 0 for value in values):
        raise Unsupported(f"--{option} {text}: two positive numbers Y,X required")
    return values


def card_of(options, network, architecture, prediction, schedule, config):
    channels = network["channels"]
    names = {1: "magnitude", 2: "real,imaginary", 3: "red,green,blue"}
    names = (options.channels or names.get(channels, "")).split(",")
    if len(names) != channels:
        raise Unsupported(f"--channels: {len(names)} names for {channels} channels of the network; one each required")
    side = config.get("sample_size") or config.get("image_size") or config.get("img_resolution")
    size = options.size or (",".join(map(str, side)) if isinstance(side, (list, tuple)) else f"{side},{side}" if side else "")
    if not size:
        raise Unsupported("--size: none given; Y,X of the training images required")
    scale = options.data_scale
    low, high = 0.002, 80.0
    if schedule is not None:
        low, high = (float(np.sqrt((1.0 - schedule[i]) / schedule[i])) for i in (0, -1))
    card = {
        "version": VERSION, "name": options.name, "description": options.description, "architecture": architecture,
        "network": network, "parametrisation": prediction, "sigma-data": options.sigma_data,
        "data-offset": options.data_offset, "data-scale": scale,
        "sigma-minimum": options.sigma_minimum or low * scale, "sigma-maximum": options.sigma_maximum or high * scale,
        "prior-variance": options.prior_variance or (options.sigma_data * scale) ** 2, "units": options.units,
        "channels": names, "size": numbers(size, "size"), "spacing-mm": numbers(options.spacing, "spacing"),
        "training-data": options.training_data, "training-data-licence": options.training_data_licence,
        "licence": options.licence, "held-out": options.held_out, "command": "export_prior.py --family " + options.family,
        "steps": 0, "curve": [], "statistics": [], "denoising-errors": [],
    }
    if options.hounsfield_at_one is not None:
        card["hounsfield-at-one"] = options.hounsfield_at_one
    if options.orientation:
        card["orientation"] = options.orientation
    return card


def export(options):
    if os.path.exists(options.output) and not options.overwrite:
        raise Unsupported(f"--output {options.output}: exists; another name or --overwrite required")
    family = FAMILIES[options.family]
    path, config_path = options.checkpoint, options.config
    if os.path.isdir(path):
        path, found, schedule = find_folder(path)
        config_path = config_path or found
        options.schedule = options.schedule or schedule
    if not config_path:
        raise Unsupported("--config: none given; JSON of the network's arguments required")
    config = read_json(config_path)
    network = family.options(config)
    alphas, named = schedule_of(options, family.schedule(config))
    prediction = options.prediction or (named if named in family.predictions else family.prediction(config))
    if prediction not in family.predictions:
        raise Unsupported(f"--prediction {prediction}: one of {', '.join(family.predictions)} required of {options.family}")
    alphas = alphas if prediction in ("eps", "v", "x0") else None
    if alphas is not None and not ((np.diff(alphas, prepend=1.0) < 0.0).all() and alphas[-1] > 0.0):
        raise Unsupported("--schedule: alphas_cumprod that do not fall from step to step within (0, 1); required")
    card = card_of(options, network, family.architecture, prediction, alphas, config)

    weights, where = select(load(path), options.weights)
    weights = {family.rename(name, config): value.float() for name, value in cut(weights, options.prefix).items()
               if name not in NEVER_WEIGHTS and not name.endswith("resample_filter")}
    weights.pop(None, None)
    if options.half:
        weights = {name: value.half() for name, value in weights.items()}
    tensors = {name: value.numpy() for name, value in weights.items()}
    if alphas is not None:
        tensors["schedule.alphas_cumprod"] = alphas
    if not options.no_golden:
        module = build_reference(options, family, config, {name: value.float() for name, value in weights.items()})
        multiple = 2 ** (len(network["widths"]) - 1)
        tensors.update(golden(module, family, card, alphas, multiple, options.golden_size))
    prior_file.write(options.output, card, tensors)
    count = sum(value.numel() for value in weights.values())
    print(f"{options.output}: {family.architecture}, {count} weights" + (f" of '{where}'" if where else "") +
          f", predicts {prediction}; check it with: tweedie info {options.output}")


def main(arguments=None):
    try:
        export(parse(arguments))
    except (Unsupported, OSError) as error:
        print(f"export_prior: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
